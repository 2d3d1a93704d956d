# memory_malloc.bats - what became of the blocks that a program had of its allocator.
load helpers/common

# by_function TRACE - a line for each function that allocates: calls, bytes asked for, peak, blocks and bytes never
# freed, temporary ones. Of the peaks it is that of the highest stack.
by_function() {
	jq -r '. as $trace | [.processes[0].memory.by_stack[] |
			.function = ($trace.frames[$trace.stacks[.stack // error(.why)][0]].function)] |
		group_by(.function)[] | "\(.[0].function) \(map(.allocations) | add) \(map(.asked_bytes) | add
			) \(map(.peak_bytes) | max) \(map(.never_freed_blocks) | add) \(map(.never_freed_bytes) | add
			) \(map(.temporary) | add)"' "$1"
}

@test "each stack has its blocks: peak, temporary ones, and those never freed" {
	build_program block_stacks
	run -0 traced COPYTRACE_STACKS=all "$program"
	assert_output ""
	local parent child
	parent=$(grep -lE '"forked": ?false' "$TRACES"/*.json)
	child=$(grep -lE '"forked": ?true' "$TRACES"/*.json)

	run -0 by_function "$parent"
	assert_line "leaked 9 900 500 6 600 3"
	assert_line "temporary 7 70 10 0 0 7"
	assert_line "in_between 3 60 20 0 0 0"
	assert_line "filled 64 64000 64000 0 0 0"
	# As heaptrack has it, a block that realloc() moves ends there.
	assert_line "grown 8 18000 4000 0 0 0"
	assert_line "zeroed 1 21 21 0 0 1"
	assert_line "aligned 2 8832 8192 1 8192 1"
	refute_line --partial freeing

	# What it inherits is not its own.
	run -0 by_function "$child"
	assert_output "leaked 2 200 100 1 100 1"
	run -0 jq -c '.processes[0].memory.never_freed' "$child"
	assert_output '{"blocks":1,"bytes":100}'
}

@test "what stacks have is what the process has" {
	build_program block_stacks
	traced COPYTRACE_STACKS=all "$program"
	run -0 jq -s -c '[.[].processes[0].memory | .by_stack as $rows | [.allocations - ([$rows[].allocations] | add),
		.temporary.allocations - ([$rows[].temporary] | add),
		.never_freed.bytes - ([$rows[].never_freed_bytes] | add),
		.never_freed.blocks - ([$rows[].never_freed_blocks] | add)]] | add' "$TRACES"/*.json
	# The two calls of realloc that gave no block.
	assert_output '[2,0,0,0,0,0,0,0]'
}
