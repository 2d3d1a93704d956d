# memory_malloc_others.bats - what heaptrack and valgrind count of the allocations of the same program is the same.
load helpers/common

# by_function TRACE FIELD - a line "function sum" for each function of the program that has any, in order.
by_function() {
	jq -r --arg field "$2" '. as $trace | [.processes[0].memory.by_stack[] |
		{sum: .[$field], function: ($trace.frames[$trace.stacks[.stack // error(.why)][0]].function // "?")}] |
		group_by(.function)[] | "\(.[0].function) \(map(.sum) | add)" | select(endswith(" 0") | not)' "$1" | sort
}

# heaptrack_by_function FILE TYPE - the same of heaptrack. It loads libstdc++, which begins with a block of its own.
heaptrack_by_function() {
	heaptrack_print -f "$1" -F "$BATS_TEST_TMPDIR/folded" --flamegraph-cost-type "$2" >/dev/null
	awk '/_dl_init/ { next } { cost = $NF; sub(/ [0-9]+$/, ""); n = split($0, frame, ";"); if (frame[n] == "") n--
		sub(/ \(.*/, "", frame[n]); sum[frame[n]] += cost }
		END { for (name in sum) if (sum[name]) print name, sum[name] }' "$BATS_TEST_TMPDIR/folded" | sort
}

@test "heaptrack: the temporary allocations, and the calls and leaked bytes of each function" {
	command -v heaptrack >/dev/null || skip "heaptrack is not installed"
	build_program allocator_mix
	run -0 traced COPYTRACE_STACKS=all "$program"
	only_trace
	run -0 heaptrack -o "$BATS_TEST_TMPDIR/heaptrack" "$program"
	# By function it takes two blocks of one size for one, if they are from the same stack: there is one more.
	assert_line --regexp "temporary allocations:[[:space:]]+$(jq '.processes[0].memory.temporary.allocations' "$trace")$"
	local file
	file=$(echo "$BATS_TEST_TMPDIR"/heaptrack.*)
	by_function "$trace" allocations >"$BATS_TEST_TMPDIR/calls"
	by_function "$trace" never_freed_bytes >"$BATS_TEST_TMPDIR/leaked"
	assert [ -s "$BATS_TEST_TMPDIR/calls" ]
	assert [ -s "$BATS_TEST_TMPDIR/leaked" ]
	diff "$BATS_TEST_TMPDIR/calls" <(heaptrack_by_function "$file" allocations)
	diff "$BATS_TEST_TMPDIR/leaked" <(heaptrack_by_function "$file" leaked)
}

# agrees_with_valgrind COMMAND... - calls, bytes asked for, and what is in use at the end.
agrees_with_valgrind() {
	local log=$BATS_TEST_TMPDIR/valgrind
	forget_traces
	traced COPYTRACE_STACKS=all "$@" >"$BATS_TEST_TMPDIR/output"
	only_trace
	valgrind --run-libc-freeres=no --log-file="$log" "$@" | cmp - "$BATS_TEST_TMPDIR/output"
	run -0 jq -r '.processes[0].memory |
		"total heap usage: \([.by_stack[].allocations] | add) allocs, \([.by_stack[] | .allocations -
			.never_freed_blocks] | add) frees, \([.by_stack[].asked_bytes] | add) bytes allocated",
		"in use at exit: \(.never_freed.bytes) bytes in \(.never_freed.blocks) blocks"' "$trace"
	local line
	for line in "${lines[@]}"; do
		tr -d , <"$log" | grep -qF "$(echo "$line" | tr -d ,)" || {
			echo "$line"
			cat "$log"
			return 1
		}
	done
}

@test "valgrind: calls, bytes, and what is in use at the end" {
	command -v valgrind >/dev/null || skip "valgrind is not installed"
	build_program allocator_mix
	agrees_with_valgrind "$program"
	seq 2000 >"$BATS_TEST_TMPDIR/numbers"
	agrees_with_valgrind sed -n 's/1\(.\)/\1x/gp' "$BATS_TEST_TMPDIR/numbers"
	agrees_with_valgrind grep -E '(1|2)+3.*4' "$BATS_TEST_TMPDIR/numbers"
}
