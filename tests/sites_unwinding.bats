# sites_unwinding.bats - signals, exceptions and cancellation find their way through the places of libc that were
# rewritten, and through the code that forwards their system calls.
load helpers/common

@test "two unwinders find main from every instruction on the way to the kernel and back" {
	build_program sites_stepped
	run -0 "$program" "$BATS_TEST_TMPDIR"
	local stacks
	for stacks in on off; do
		run -0 traced COPYTRACE_STACKS=$stacks "$program" "$BATS_TEST_TMPDIR"
		assert_line "16 ways"
		assert_line --regexp '^0 of [0-9]{4,} steps between functions$'
	done
}

@test "a profiler that interrupts reading and writing 100,000 times always finds the start of the thread" {
	build_program sites_profiled
	run -0 traced timeout 100 "$program" "$BATS_TEST_TMPDIR" 100000
	assert_output '100001 interruptions, 0 between functions'
}

@test "exceptions thrown from signal handlers leave system calls that wait inside libc" {
	build_program sites_exceptions
	run -0 "$program"
	run -0 traced timeout 60 "$program"
	assert_output "160 caught"
}

@test "handlers write by stdio while the program is interrupted in stdio, and every write is counted" {
	build_program sites_interrupted
	run -0 traced timeout 60 "$program"
	local handled written
	read -r handled written <<<"$output"
	run -0 jq '.processes[0].by_call[] | select(.layer == "syscall" and .name == "write") | .calls, .returned_bytes' \
		"$TRACES"/copytrace.sites_interrupted.*.json
	# What it prints at last is one write more.
	assert_line --index 0 $((handled + written + 1))
	assert_line --index 1 $((handled * 6 + written * 4 + ${#handled} + ${#written} + 2))
}
