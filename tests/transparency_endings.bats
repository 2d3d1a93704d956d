# transparency_endings.bats - however a program ends, it ends as it would have, and its ledger is there.
load helpers/common

# ends STATUS HOW WAY [BYTES] - the program ends with STATUS, its trace says HOW; the loader reads BYTES for it.
ends() {
	build_program ends
	forget_traces
	run -"$1" traced "$program" "$3"
	assert_output ""
	expect --source "$ROOT/tests/programs/ends.c" --line "exit: how=$2" \
		--line "totals: returned=100+${4:-0} discarded=100 to_user=${4:-0}" "$TRACES"
}

@test "exit codes stay what they are, and the trace says how it ended" {
	ends 2 exit return
	ends 3 exit exit
	ends 4 _exit _exit
	ends 4 _exit _Exit
	ends 5 quick_exit quick_exit
	ends 6 _exit _exit-in-atexit
	ends 8 _exit syscall-exit
	ends 9 exit exit-in-thread
	# For it libc loads libgcc_s, of which the loader reads 832 bytes before it maps it.
	ends 0 exit pthread_exit 832
}

# killed SIGNAL WAY - the program dies of a signal and leaves its live region, which tells as much as a trace.
killed() {
	build_program ends
	forget_traces
	(ulimit -c 0 && exec env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$program" "$2") >/dev/null 2>&1 &
	local status=0
	wait $! || status=$?
	assert_equal "$status" $((128 + $1))
	read_region
	expect --source "$ROOT/tests/programs/ends.c" --line "exit: how=killed" \
		--line "totals: returned=100 discarded=100" "$trace"
}

@test "a program that aborts, crashes or is killed leaves a live region that the viewer reads" {
	killed 6 abort
	killed 11 segfault
	killed 9 9
	killed 15 15
}

@test "an exit that nobody sees leaves the live region" {
	build_program ends
	run -8 traced "$program" raw-exit
	assert_output ""
	read_region
	expect --source "$ROOT/tests/programs/ends.c" "$trace"
}

@test "record exits as the command did, and by its signal" {
	build_program ends
	traces_directory
	run -3 "$VIEWER" record -o "$TRACES/exit.json" -- "$program" exit
	expect --source "$ROOT/tests/programs/ends.c" --line "exit: how=exit status=3" "$TRACES/exit.json"
	run -134 bash -c "ulimit -c 0; exec '$VIEWER' record -o '$TRACES/abort.json' -- '$program' abort"
	expect --source "$ROOT/tests/programs/ends.c" "$TRACES/abort.json"
}

@test "a program that closed its standard descriptors leaves a trace, and its files as they were" {
	build_program closes_all
	run -0 traced "$program" "$BATS_TEST_TMPDIR/mine"
	expect --source "$ROOT/tests/programs/closes_all.c" "$TRACES"
	run -0 cat "$BATS_TEST_TMPDIR/mine"
	assert_output mine
}

@test "coreutils that close stdout at exit are traced" {
	run -0 traced sort /etc/passwd
	assert_line --partial root
	only_trace
}
