# Real programs leave traces whose main figures are the sizes of the files that they worked on.
load helpers/common
load real/helpers

teardown() {
	stop_server
}

size() {
	stat -c %s "$1"
}

# equal EXPECTED ARGUMENT... - the figure named by the arguments is what is expected.
equal() {
	local expected=$1
	shift
	run figure "$@"
	assert_success
	assert_output "$expected"
}

@test "python3 reading a file copies its bytes to user memory once" {
	trace_in_copy "$PYTHON" -c 'print(len(open("noise", "rb").read()))'
	equal "$(size "$WORK/noise")" "$TRACES" object 'regular:*/work/noise' to_user_bytes
	equal "$(size "$WORK/noise")" "$TRACES" object 'regular:*/work/noise' returned_bytes
	equal 0 "$TRACES" object 'regular:*/work/noise' from_user_bytes
}

@test "gzip reads its input once and writes its output once" {
	trace_in_copy gzip -nk text
	equal "$(size "$WORK/text")" "$TRACES" object 'regular:*/work/text' to_user_bytes
	equal "$(size "$WORK/text.gz")" "$TRACES" object 'regular:*/work/text.gz' from_user_bytes
	equal "$(size "$WORK/text.gz")" "$TRACES" totals from_user_bytes
}

@test "tar to gzip: what one writes to the pipe the other reads from it" {
	trace_in_copy bash -c 'tar cf - tree | gzip -n >tree.gz'
	local archive
	archive=$(gzip -dc "$WORK/tree.gz" | wc -c)
	equal "$archive" --exe tar "$TRACES" object pipe from_user_bytes
	equal "$archive" --exe gzip "$TRACES" object pipe to_user_bytes
	equal "$(cat "$WORK"/tree/file* "$WORK"/tree/deep/* | wc -c)" \
		--exe tar "$TRACES" object 'regular:*/tree/*' to_user_bytes
	equal "$(size "$WORK/tree.gz")" --exe gzip "$TRACES" object 'regular:*/work/tree.gz' from_user_bytes
}

@test "sort goes through stdio alone: its functions cross what the files hold, and nothing is left unattributed" {
	trace_in_copy sort text -o sorted
	local bytes
	bytes=$(size "$WORK/text")
	equal "$bytes" "$TRACES" call fread returned_bytes
	equal "$bytes" "$TRACES" call fwrite returned_bytes
	equal "$bytes" "$TRACES" call fread to_user_bytes
	equal "$bytes" "$TRACES" object 'regular:*/work/text' to_user_bytes
	equal "$bytes" "$TRACES" object 'regular:*/work/sorted' from_user_bytes
	equal "$bytes" "$TRACES" totals from_user_bytes
	equal 0 "$TRACES" audit unattributed_to_user
	equal 0 "$TRACES" audit unattributed_from_user
}

@test "sqlite3: the import reads the table by characters, the base is written page by page" {
	need sqlite3
	trace_in_copy sqlite3 base.db 'create table t(id, n, word);' '.import --csv numbers.csv t' 'select count(*) from t;'
	equal "$(size "$WORK/numbers.csv")" "$TRACES" call fgetc returned_bytes
	run figure "$TRACES" object 'regular:*/work/base.db' from_user_bytes
	assert [ "$output" -ge "$(size "$WORK/base.db")" ]
	assert [ "$((output % 4096))" -eq 0 ]
}

@test "curl: what came from the socket is the header and the file" {
	need curl
	start_server
	trace_in_copy curl -s "$URL"noise -o fetched -w '%{size_header} %{size_download}\n'
	local header body
	read -r header body <"$WORK.out"
	equal $((header + body)) "$TRACES" object tcp to_user_bytes
	equal "$body" "$TRACES" call fwrite returned_bytes
	cmp "$WORK/fetched" "$WORK/noise"
}

@test "cat to a file moves its bytes inside the kernel" {
	trace_in_copy bash -c 'exec cat noise >copy'
	[ "$(stat -f -c %T "$WORK")" = ext2/ext3 ] || skip "the file system may share extents"
	equal "$(size "$WORK/noise")" "$TRACES" totals in_kernel_bytes
	equal 0 "$TRACES" object 'regular:*/work/noise' to_user_bytes
}

@test "nginx sends a file to a socket by reference, and its header by copy" {
	need nginx curl
	trace_in_copy "$ROOT/tests/real/serve" noise
	equal "$(size "$WORK/noise")" --exe nginx "$TRACES" object unix_stream by_reference_bytes
	equal "$(size "$WORK/noise")" --exe nginx "$TRACES" call sendfile returned_bytes
	assert_equal "$(cat "$WORK.out")" "$(md5sum <"$WORK/noise")"
	run figure --exe nginx "$TRACES" object unix_stream from_user_bytes
	assert [ "$output" -gt 100 ]
	assert [ "$output" -lt 1000 ]
}

@test "stacks that were remembered are what unwinding gives, in programs of many kinds" {
	# shellcheck disable=SC2016
	trace_in_copy COPYTRACE_STACKS=all COPYTRACE_OPTIONS=verify-stacks bash -c '
		gcc -O2 -o program program.c
		perl -ne "\$n{\$_}++ for split; END { print scalar keys %n }" text
		/usr/bin/python3 -c "import json; json.dumps([line.split() for line in open(\"text\")])"
		tar cf - tree | gzip -n | wc -c
		sort text | uniq -c
		! command -v sqlite3 || sqlite3 :memory: "create table t(id, n, word);" ".import --csv numbers.csv t" \
			"select word, count(*) from t group by word;"'
	equal 0 "$TRACES" coverage stacks_wrong
	run figure "$TRACES" coverage stacks_checked
	assert [ "$output" -gt 500 ]
}
