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

@test "with little address space a program runs as untraced, and is told what isn't recorded" {
	build_program allocator_mix
	traces_directory
	local kib
	for kib in 5000 7000 12000 18000 22000 26000 30000; do
		run -0 --separate-stderr sh -c "ulimit -v $kib; exec \"\$@\"" sh env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" \
			COPYTRACE_STACKS=all "$program"
		assert_output ""
		[ "$kib" -ge 20000 ] || assert_regex "$stderr" "no memory"
	done
	forget_traces
	run -0 sh -c "ulimit -v 18000; exec \"\$@\"" sh env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" COPYTRACE_STACKS=all "$program"
	assert_output --partial "allocations have no stacks: no memory"
	only_trace
	run -0 jq -c '.processes[0].memory | [.allocations, .by_stack, .never_freed]' "$trace"
	assert_output '[17437,[],null]'
}

# large_blocks TRACE - a line for each function that allocates large blocks: how many, of how many bytes each, bytes
# that page faults brought, bytes of the pages behind them, how many were freed.
large_blocks() {
	jq -r '. as $trace | .processes[0].memory.large_blocks[] |
		"\($trace.frames[$trace.stacks[.stack // error(.why)][0]].function) \(.blocks) \(.bytes
			) \(.faulted_bytes) \(.backed_bytes) \(.freed)"' "$1"
}

# large_blocks_are LEVEL COMMAND... - the blocks of tests/programs/large_blocks.c, traced by a command with faults seen
# at a level.
large_blocks_are() {
	local level=$1 mib=$((1 << 20)) page=4096
	shift
	run -0 "$@" env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$program"
	assert_output ""
	only_trace
	local seen
	seen=$(jq -r '.processes[0].faults.level' "$trace")
	[ "$seen" = "$level" ] || [ "$(id -u)" = 0 ] || skip "page faults are seen at level $seen here"
	assert_equal "$seen" "$level"
	run -0 large_blocks "$trace"
	# A block begins 16 bytes behind the head on its first page, and so ends on a page more.
	assert_line "sparse 1 $((8192 * mib)) $((80 * mib)) $((80 * mib)) 1"
	assert_line "zeroed 1 $((4096 * mib)) $((40 * mib)) $((40 * mib)) 1"
	assert_line "left 1 $((64 * mib)) $((16 * mib)) $((16 * mib)) 0"
	# realloc() moves the pages that are there, and gives back those beyond the end.
	assert_line "first 1 $((3 * mib)) $((3 * mib)) $((3 * mib)) 1"
	assert_line "grown 1 $((6 * mib)) $((3 * mib)) $((6 * mib)) 1"
	assert_line "shrunk 1 $((2 * mib)) 0 $((2 * mib + page)) 1"
	refute_line --partial small
	# The heap's last page was touched when the program began.
	assert_line --index 7 "in_heap 1 $((2 * mib)) $((2 * mib)) $((2 * mib + page)) 1"
	assert_line --index 8 "in_heap 1 $((2 * mib)) 0 $((2 * mib + page)) 1"
	assert_equal "${#lines[@]}" 9
	local huge=$((6 * mib + page))
	! grep -q '\[never\]' /sys/kernel/mm/transparent_hugepage/enabled || huge=$((4 * page))
	assert_line "huge 1 $((32 * mib)) $huge $huge 0"
}

@test "large blocks: what was reserved, what was touched, and what is backed" {
	build_program large_blocks
	traces_directory
	large_blocks_are A+
}

@test "the same for who may only see faults in user mode" {
	build_program large_blocks
	[ "$(id -u)" = 0 ] || skip "only root has what can be given up"
	traces_directory
	large_blocks_are A setpriv --bounding-set=-all --inh-caps=-all
}

@test "where faults are only counted, what was touched isn't known" {
	build_program large_blocks
	run -0 traced COPYTRACE_FAULTS=count "$program"
	only_trace
	run -0 large_blocks "$trace"
	assert_line "sparse 1 8589934592 null 83886080 1"
}

# What realloc does to a block is what strace sees: with mremap nothing is copied.
@test "realloc: in place, moved without a copy, or copied" {
	build_program resizes
	strace -e trace=mremap -o "$BATS_TEST_TMPDIR/log" "$program"
	assert_equal "$(grep -c '^mremap(.*= 0x' "$BATS_TEST_TMPDIR/log")" 11
	run -0 traced "$program"
	assert_output ""
	only_trace
	run -0 jq -c '.processes[0].memory.resizes' "$trace"
	# The bytes are what the block had room for: the rest of its pages, or of 112 bytes.
	assert_output "{\"in_place\":102,\"remapped\":10,\"remapped_bytes\":$((100 * 1048576 + 10 * (4096 - 16))),$(
		)\"copied\":20,\"copied_bytes\":$((20 * 104))}"
}
