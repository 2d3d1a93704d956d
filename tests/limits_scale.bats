# limits_scale.bats - of what there is very much, the totals stay exact, and what has no row of its own is counted.
load helpers/common

setup() {
	traces_directory
}

teardown() {
	cleanup_memory
	remove_regions
}

@test "a hundred thousand files, each written from a stack of its own" {
	memory_directory
	mkdir "$MEMORY/many"
	ledger many_rows "$MEMORY/many"
	only_trace
	run -0 jq '.processes[0].coverage | .cells_folded > 0 and .stacks_folded > 0' "$trace"
	assert_output true
}

@test "four thousand stacks, none of which is folded" {
	ledger many_stacks "$BATS_TEST_TMPDIR/file"
}

# PROCESSES is how many; `make test-long` raises it.
@test "each of many processes is in the trace of their tree" {
	local n=${PROCESSES:-300}
	# shellcheck disable=SC2016
	run -0 --separate-stderr "$VIEWER" record -o "$TRACES/tree.json" -- \
		sh -c 'i=0; while [ $i -lt '"$n"' ]; do /bin/echo ab; i=$((i+1)); done'
	assert_equal "$stderr" ""
	assert_equal "${#lines[@]}" "$n"
	run -0 jq -c '[([.processes[] | select(.exe | endswith("/echo"))] | length),
		.totals.from_user_bytes]' "$TRACES/tree.json"
	assert_output "[$n,$((3 * n))]"
}
