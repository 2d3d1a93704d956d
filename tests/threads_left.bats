# threads_left.bats - a call, or what we do about it, that is left by a jump or a cancellation leaves nothing behind.
load helpers/common

@test "a handler that jumps out of anything, most of it unwinding, leaves no call without its stack" {
	ENVIRONMENT=(COPYTRACE_OPTIONS=verify-stacks)
	ledger jumps_everywhere
}

@test "threads cancelled at any instruction leave no lock behind, and their calls are counted" {
	ledger cancelled_anywhere
}
