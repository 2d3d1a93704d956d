# copies_ledger.bats - what a program copies within its memory, by call, to the byte, as DHAT and arithmetic have it.
load helpers/common

setup() {
	traces_directory
	LIBRARY=$LIBRARY:$COPIES_LIBRARY
}

# Prints "FUNCTION CALLS BYTES" of what DHAT saw copied below each function whose name begins with ten_.
seen_by_dhat() {
	"$PYTHON" - "$1" <<-'END'
		import collections, json, re, sys
		seen = json.load(open(sys.argv[1]))
		sums = collections.defaultdict(lambda: [0, 0])
		for point in seen["pps"]:
		    for frame in point["fs"]:
		        found = re.search(r": ten_(\w+) \(", seen["ftbl"][frame])
		        if found:
		            sums[found[1]][0] += point["tbk"]
		            sums[found[1]][1] += point["tb"]
		for name, (calls, bytes) in sorted(sums.items()):
		    print(name, calls, bytes)
	END
}

# The same of a trace.
seen_by_us() {
	jq -r '. as $trace | [.processes[0].by_stack[] | select(.layer == "process")
			| {calls, bytes: .in_process_bytes,
			   ten: ([$trace.stacks[.stack][] | $trace.frames[.].function // "" | select(startswith("ten_"))][0])}
			| select(.ten)]
		| group_by(.ten)[] | "\(.[0].ten[4:]) \(map(.calls) | add) \(map(.bytes) | add)"' "$1" | LC_ALL=C sort
}

@test "each function's calls and bytes are what the program says, and stacks lead to who called" {
	ledger copies
	only_trace
	"$VIEWER" report --json "$trace" >"$BATS_TEST_TMPDIR/named.json"
	run -0 seen_by_us "$BATS_TEST_TMPDIR/named.json"
	assert_equal "${#lines[@]}" "$(grep -c '^TEN_TIMES' "$ROOT/tests/programs/copies.def")"
	assert_line "memcpy 10 1000"
	assert_line "wcscat 10 4040"
}

@test "the report looks first at who copied most inside the process" {
	ledger copies
	only_trace
	run -0 "$VIEWER" report "$trace"
	assert_line "Largest copies inside the process, by stack (share of all of those)"
	assert_line --regexp '^ +[0-9.]+ % +[0-9.]+ KiB  [a-z]+  .*main'
}

# Some aren't DHAT's to replace. Of wcsncpy it sees what libc does inside: memcpy without the terminating zero, where
# more is filled with zeros.
@test "DHAT's copy mode has the same calls and bytes for each" {
	command -v valgrind >/dev/null || skip "valgrind is not installed"
	ledger copies
	only_trace
	"$VIEWER" report --json "$trace" >"$BATS_TEST_TMPDIR/named.json"
	run -0 valgrind --tool=dhat --mode=copy --dhat-out-file="$BATS_TEST_TMPDIR/dhat" "$program"
	seen_by_dhat "$BATS_TEST_TMPDIR/dhat" >"$BATS_TEST_TMPDIR/by_dhat"
	assert [ -s "$BATS_TEST_TMPDIR/by_dhat" ]
	run -0 diff "$BATS_TEST_TMPDIR/by_dhat" \
		<(seen_by_us "$BATS_TEST_TMPDIR/named.json" | grep -vE '^(strn?cat|mempcpy_chk)' | sed 's/^wcsncpy 10 4040$/wcsncpy 10 4000/')
	assert_output ""
}
