# lessons_readmes.bats - what the README of every lesson shows is printed, and each number that it states is in its ledger.
load helpers/common

setup_file() {
	make -s -C "$ROOT" examples BUILD="$BUILD" >&2
}

# Copies what `make examples` made of a lesson, and nothing that who followed it by hand has left there.
copy_built() {
	local from=$BUILD/examples/$1 made
	mkdir "$2"
	mapfile -t made < <(make -s -C "$ROOT/examples" BUILD="$BUILD/examples" list | grep -F "$from/")
	cd "$from" && cp --parents -t "$2" "${made[@]#"$from/"}"
}

readme_holds() {
	local lesson=$ROOT/examples/$1
	cd "$BATS_TEST_TMPDIR" || return
	if grep -q "^needs_sampled_faults" "$lesson/ways.sh"; then
		needs_sampled_faults
	fi
	(copy_built "$1" "$BATS_TEST_TMPDIR/lesson")
	LESSON=$lesson LD_LIBRARY_PATH=$BUILD PATH=$BUILD:$PATH \
		"$ROOT/tests/helpers/transcript" "$lesson/README.md" "$BATS_TEST_TMPDIR/lesson"
	"$ROOT/tests/helpers/stated" "$lesson"
}

@test "01-file-to-socket: what its README shows and states is so" {
	readme_holds 01-file-to-socket
}

@test "02-file-to-file: what its README shows and states is so" {
	readme_holds 02-file-to-file
}

@test "03-zerocopy-send: what its README shows and states is so" {
	readme_holds 03-zerocopy-send
}

@test "04-stdio: what its README shows and states is so" {
	readme_holds 04-stdio
}

@test "05-ipc: what its README shows and states is so" {
	readme_holds 05-ipc
}

@test "06-fifo: what its README shows and states is so" {
	readme_holds 06-fifo
}

@test "07-shared-pages: what its README shows and states is so" {
	readme_holds 07-shared-pages
}

@test "08-malloc-8gib: what its README shows and states is so" {
	readme_holds 08-malloc-8gib
}

@test "09-fork: what its README shows and states is so" {
	readme_holds 09-fork
}

@test "10-library-data: what its README shows and states is so" {
	readme_holds 10-library-data
}

@test "11-linking: what its README shows and states is so" {
	readme_holds 11-linking
}

@test "12-one-library: what its README shows and states is so" {
	readme_holds 12-one-library
}

@test "a transcript that isn't what is printed is named, and so is a number that no ledger has" {
	cd "$BATS_TEST_TMPDIR" || return
	cat >README.md <<-'END'
		# 7 lines

		Of 64 KiB, in pieces of 2 KiB, some 3 % is `12` (see read(2)), on Linux 6.1.

		    $ seq 3
		    1
		    ...
		    3
		    $ echo "copytrace: page faults are counted, and no more is known of them" >&2
		    $ echo 2K:32
		    2K:32
		    $ echo "in 5 ms, 17 lines"
		    in 7 us, ... lines
	END
	printf '%s\n' '# 9' way,process,calls,note 'a,,<=65536,99' >ledger.csv
	run -0 "$ROOT/tests/helpers/transcript" README.md
	run -1 "$ROOT/tests/helpers/stated" .
	assert_output "./README.md:3: 3 % is in no row of the ledger"
	sed -i 's/    3$/    4/; s/64 KiB/65 KiB/; s/3 %/part/' README.md
	run -1 "$ROOT/tests/helpers/transcript" README.md
	assert_line "README.md:5: seq 3"
	refute_output --partial "echo"
	run -1 "$ROOT/tests/helpers/stated" .
	assert_output "./README.md:3: 65 KiB is in no row of the ledger"
}

@test "a number in a table that is another way's is named" {
	cd "$BATS_TEST_TMPDIR" || return
	printf '%s\n' way,process,calls,errors,note 'slow copy,,512,0,' 'fast copy,,2,0,' 'fast copy twice,,4,0,' >ledger.csv
	printf '%s\n' '| way | calls |' '|---|---|' "| \`slow\` | 512 |" "| \`fast\`, twice | 4 |" '| both | 2 |' >README.md
	run -0 "$ROOT/tests/helpers/stated" .
	sed -i 's/| 4 |/| 512 |/; s/both | 2/both | 2 + 4/' README.md
	run -1 "$ROOT/tests/helpers/stated" .
	assert_output "./README.md:4: no way of the ledger has all numbers of this row
./README.md:5: no way of the ledger has all numbers of this row"
}
