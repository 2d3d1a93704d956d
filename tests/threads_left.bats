# threads_left.bats - a call, or what we do about it, that is left by a jump or a cancellation leaves nothing behind.
load helpers/common

@test "a handler that jumps out of anything, most of it unwinding, leaves no call without its stack" {
	ENVIRONMENT=(COPYTRACE_OPTIONS=verify-stacks)
	ledger jumps_everywhere
}

@test "threads cancelled at any instruction leave no lock behind, and their calls are counted" {
	ledger cancelled_anywhere
}

@test "a thread cancelled in any call that waits ends there, in either mode, and nothing is left locked" {
	local options
	for options in quiet quiet,exhaustive quiet,no-syscall-layer; do
		forget_traces
		rm -rf "$BATS_TEST_TMPDIR"/{fifo,locked}
		ENVIRONMENT=(COPYTRACE_OPTIONS=$options)
		ledger cancelled_calls "$BATS_TEST_TMPDIR/fifo" "$BATS_TEST_TMPDIR/locked"
	done
}
