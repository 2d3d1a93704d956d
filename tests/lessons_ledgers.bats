# lessons_ledgers.bats - the ways of every lesson give its ledger, to the byte.
load helpers/common

setup_file() {
	make -s -C "$ROOT" examples BUILD="$BUILD" >&2
}

# How many figures the lesson's ledger states.
figures() {
	awk -F, '/^#/ || !NF { next }
		!columns { columns = NF; next }
		{ for (i = 3; i < columns; i++) n += $i != "" }
		END { print n }' "$ROOT/examples/$1/ledger.csv"
}

# Every figure is compared, but those of what this machine can't do.
ledger_holds() {
	local output
	output=$("$ROOT/examples/lesson" -b "$BUILD" "$1") || { echo "$output" && return 1; }
	echo "$output"
	[[ $output == *" of $(figures "$1") figures as the ledger says" || $output == *" not here" ]]
}

@test "01-file-to-socket: each figure is what its ledger says" {
	ledger_holds 01-file-to-socket
}

@test "02-file-to-file: each figure is what its ledger says" {
	ledger_holds 02-file-to-file
}

@test "03-zerocopy-send: each figure is what its ledger says" {
	ledger_holds 03-zerocopy-send
}

@test "04-stdio: each figure is what its ledger says" {
	ledger_holds 04-stdio
}

@test "05-ipc: each figure is what its ledger says" {
	ledger_holds 05-ipc
}

@test "06-fifo: each figure is what its ledger says" {
	ledger_holds 06-fifo
}

@test "07-shared-pages: each figure is what its ledger says" {
	ledger_holds 07-shared-pages
}

@test "08-malloc-8gib: each figure is what its ledger says" {
	ledger_holds 08-malloc-8gib
}

@test "09-fork: each figure is what its ledger says" {
	ledger_holds 09-fork
}

@test "10-library-data: each figure is what its ledger says" {
	ledger_holds 10-library-data
}

@test "11-linking: each figure is what its ledger says" {
	ledger_holds 11-linking
}

@test "12-one-library: each figure is what its ledger says" {
	ledger_holds 12-one-library
}

@test "every lesson is tested and listed, and has its README, its ways and its ledger" {
	local lesson name file
	for lesson in "$ROOT"/examples/[0-9]*/; do
		name=$(basename "$lesson")
		for file in README.md ways.sh ledger.csv; do
			[ -e "$lesson/$file" ] || { echo "$name has no $file" && return 1; }
		done
		for file in "$BATS_TEST_FILENAME" "$BATS_TEST_DIRNAME/lessons_readmes.bats"; do
			grep -q "^@test \"$name: " "$file" || { echo "$name isn't tested in $file" && return 1; }
		done
		grep -q "($name)" "$ROOT/examples/README.md" || { echo "$name isn't in the list of lessons" && return 1; }
	done
}

# A lesson of one way, whose ledger is what is given.
made_lesson() {
	mkdir -p "$BATS_TEST_TMPDIR/examples/01-made"
	cp "$ROOT/examples/lesson" "$BATS_TEST_TMPDIR/examples/"
	cat >"$BATS_TEST_TMPDIR/examples/01-made/ways.sh" <<-'END'
		way 'ten lines' -- seq 10
		measured lines "$(seq 10 | wc -l)"
		way 'in a pipe' -- sh -c 'seq 10 | cat'
		cannot 'on a tape' 'there is no drive'
	END
	cat >"$BATS_TEST_TMPDIR/examples/01-made/ledger.csv"
}
made() {
	run "-$1" "$BATS_TEST_TMPDIR/examples/lesson" -b "$BUILD" 01
}

@test "a figure that isn't the ledger's is named, and what a machine can't do is no failure" {
	made_lesson <<-'END'
		# ten numbers
		way,process,from_user_bytes,call(syscall:write).calls,measured:lines,note
		ten lines,,21,1,10,
		in a pipe,seq,21,<=2,,one is enough
		on a tape,,21,1,,
	END
	made 0
	assert_line --index -1 "1 lesson, 3 ways: 5 of 5 figures as the ledger says; 1 row not here"
	assert_line --regexp "^01 +on a tape +not here: there is no drive$"
	sed -i 's/21,1,10/22,1,11/; s/<=2,,/>=2,7,/' "$BATS_TEST_TMPDIR/examples/01-made/ledger.csv"
	made 1
	assert_line "lesson: 01-made, ten lines: check failed: from_user_bytes == 22: value 21 B isn't the required 22 B"
	assert_line "lesson: 01-made, ten lines: lines is 10, and not 11"
	assert_line --partial "process(seq).call(syscall:write).calls >=2: value 1 falls short"
	assert_line "lesson: 01-made, in a pipe: lines is not measured, and not 7"
	assert_line --index -1 "1 lesson, 3 ways: 2 of 6 figures as the ledger says; 1 row not here"
}

@test "a process that isn't there is no figure, though it would be 0" {
	made_lesson <<-'END'
		way,process,from_user_bytes,note
		in a pipe,sqe,0,
		ten lines,,,
		on a tape,,,
	END
	made 1
	assert_line --partial "lesson: 01-made, in a pipe: process(sqe).from_user_bytes == 0: no such process in "
	assert_line --index -1 "1 lesson, 3 ways: 0 of 1 figure as the ledger says; 1 row not here"
}

@test "a ledger with a way that isn't there, a way that it hasn't, and a way that fails, end it" {
	made_lesson <<-'END'
		way,process,from_user_bytes,note
		by hand,,21,
	END
	made 2
	assert_output --partial "ways.sh has no way 'by hand'"
	made_lesson <<-'END'
		way,process,from_user_bytes,note
		ten lines,,21,
		in a pipe,,42,on a tape
	END
	made 2
	assert_output --partial "01-made/ways.sh: the ledger has no way 'on a tape'"
	echo "way 'to nowhere' -- sh -c 'echo lost >&2; exit 3'" >"$BATS_TEST_TMPDIR/examples/01-made/ways.sh"
	made 2
	assert_output --partial "lost"
	assert_output --partial "01-made, to nowhere: 'sh -c echo lost >&2; exit 3' failed"
}

@test "where page faults are only counted, ways that need to know more of them are run, and not held against the ledger" {
	build_program faults_level
	made_lesson <<-'END'
		way,process,reason(zero_fill).minor_faults,note
		ten lines,,,
		in a pipe,,,
		on a tape,,,
		sampled,,>0,
	END
	echo "needs_sampled_faults; way sampled -- sort /dev/null" >>"$BATS_TEST_TMPDIR/examples/01-made/ways.sh"
	run -0 "$program" A "$BATS_TEST_TMPDIR/examples/lesson" -b "$BUILD" 01
	assert_line --index -1 "1 lesson, 4 ways: 1 of 1 figure as the ledger says; 1 row not here"
	run -0 "$program" C "$BATS_TEST_TMPDIR/examples/lesson" -b "$BUILD" 01
	assert_line --regexp "^01 +sampled +not here: page faults are counted here, and not sampled$"
}

@test "where nothing can be traced, lessons say why" {
	# The loader can't be told of a library in a directory with such a name.
	mkdir "$BATS_TEST_TMPDIR/a build"
	cp "$BUILD/copytrace" "$BUILD"/*.so "$BATS_TEST_TMPDIR/a build/"
	made_lesson <<<way,process,calls,note
	for first in "way 'ten lines' -- seq 10" needs_sampled_faults; do
		echo "$first" >"$BATS_TEST_TMPDIR/examples/01-made/ways.sh"
		run -2 "$BATS_TEST_TMPDIR/examples/lesson" -b "$BATS_TEST_TMPDIR/a build" 01
		assert_output --partial "libcopytrace.so: a blank or colon in its path keeps it from being preloaded"
	done
}
