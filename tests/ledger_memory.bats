# ledger_memory.bats - mappings and allocations: sizes, counts, and the peak.
load helpers/common

@test "mappings and shared memory move nothing, and show their lengths" {
	ledger mappings
}

@test "every allocator function, by calls and bytes asked for" {
	ledger allocations
}

@test "the peak of live memory, and what is left of it" {
	ledger live_memory
}

@test "the live and peak bytes of a lone thread are exact" {
	ENVIRONMENT=(COPYTRACE_STACKS=off)
	ledger peak_memory
}

@test "what the tracer needs for itself is not in the ledger" {
	DEFINE=("KIND=$(disk_kind)" "FILE=$BATS_TEST_TMPDIR/data")
	ledger read_write "$BATS_TEST_TMPDIR/data"
	only_trace
	run -0 jq -c '[.processes[0].by_call[] | select(.calls == 0) | .name]' "$trace"
	assert_output '[]'
}
