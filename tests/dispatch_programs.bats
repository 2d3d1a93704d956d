# dispatch_programs.bats - exhaustive mode: programs that make their own system calls behave as untraced,
# and every call is counted.
load helpers/common

# How the program behaves: its output and how it ended.
behaviour() {
	local status=0
	(ulimit -c 0 && exec "$@") >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- || status=$?
	cat "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
	echo "ended with $status"
}

# exhaustive NAME [ARGUMENT...] - runs tests/programs/NAME untraced, where it must end with STATUS (0 if not given), and in
# exhaustive mode with $more_options, where it must behave the same.
exhaustive() {
	build_program "$1"
	shift
	local untraced
	untraced=$(behaviour "$program" "$@")
	[ "${untraced##*$'\n'}" = "ended with ${STATUS:-0}" ] || { echo "$untraced" && return 1; }
	traces_directory
	run behaviour env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" COPYTRACE_OPTIONS="exhaustive$more_options" "$program" "$@"
	assert_output "$untraced"
	source=$ROOT/tests/programs/$(basename "$program").c
	[ -e "$source" ] || source=${source}pp
}

# What the program states has been counted.
counted() {
	run -0 "$ROOT/tests/helpers/seen" "$source" "$TRACES"
	assert_output ""
}

# The same, and strace of an untraced run saw just that. Only where no call is interrupted: strace shows
# a call that begins again as two.
counted_as_by_strace() {
	strace -f -s 0 -o "$BATS_TEST_TMPDIR/strace" "$program" "$@" >/dev/null 2>&1 || true
	run -0 "$ROOT/tests/helpers/seen" --strace "$BATS_TEST_TMPDIR/strace" "$source" "$TRACES"
	assert_output ""
}

setup() {
	needs_dispatch
}

@test "calls of a program's own give their results, and leave registers and the red zone alone" {
	exhaustive dispatch_calls
	counted_as_by_strace
}

@test "without exhaustive mode they are not seen" {
	build_program dispatch_calls
	run -0 traced "$program"
	run ! "$ROOT/tests/helpers/seen" "$ROOT/tests/programs/dispatch_calls.c" "$TRACES"
	assert_line --partial "pread64: the traces hold {'calls': 0"
	run -0 jq '.processes[0].audit.unattributed_to_user > 0' "$TRACES"/*.json
	assert_output true
}

@test "SIGSYS is the program's: handled, ignored, blocked, pending, fatal, and inherited" {
	exhaustive dispatch_signals
	counted
}

@test "SIGSYS in every set of signals there is" {
	exhaustive dispatch_masks
	counted
}

@test "handlers that return by themselves, and alternate stacks" {
	exhaustive dispatch_returns
	counted_as_by_strace
}

@test "threads by clone and clone3, with libc's %fs, their maker's, their own, and none" {
	exhaustive dispatch_threads
	counted_as_by_strace
}

@test "a thread that was there before us" {
	exhaustive dispatch_early
	counted_as_by_strace
}

@test "children by fork, vfork, clone and clone3, with and without a stack, and of threads" {
	exhaustive dispatch_forks
	counted_as_by_strace
}

@test "a jump out of a waiting call" {
	exhaustive dispatch_jumps
	counted
}

@test "calls that are interrupted, begun again, stopped, continued and killed" {
	exhaustive dispatch_interrupted
	counted
}

@test "threads cancelled in a call that was caught" {
	exhaustive dispatch_cancelled
	counted
}

@test "exceptions thrown out of a call that was caught" {
	exhaustive dispatch_thrown
	counted
}

@test "the 32-bit way into the kernel" {
	exhaustive dispatch_int80
	counted
}

@test "alternate stacks of 8 KiB, and the smallest threads" {
	exhaustive dispatch_small_stacks
	counted
}

@test "a program executed by a handler on an alternate stack of 8 KiB" {
	exhaustive dispatch_execs
	assert_line executed
	run -0 jq -s 'all(.[].processes[]; .coverage.exhaustive.on)' "$TRACES"/*.json
	assert_output true
}

@test "a program's own filters for system calls" {
	# Where recording stops we say so.
	more_options=,quiet exhaustive dispatch_filters
	counted
}

@test "a thread that took its stack away, and a process ended by a call of its own" {
	STATUS=6 exhaustive dispatch_ends
	counted_as_by_strace
	run -0 ls "$TRACES"
	refute_line --partial .live
}

@test "a thread that libc doesn't know ends the process, and leaves the live region" {
	STATUS=8 exhaustive dispatch_foreign_end
	read_region
	run -0 jq '[.processes[0].by_call[] | select(.layer == "syscall" and .name == "write") | .returned_bytes] | add' "$trace"
	assert_output 6
}

@test "a program that dispatches system calls itself is left to it, and the trace says so" {
	# Its thread is just being made as it begins to dispatch, now and then before that is armed.
	for _ in {1..20}; do
		forget_traces
		exhaustive dispatch_own
	done
	only_trace
	run -0 jq -c '.processes[0].coverage.exhaustive.on' "$trace"
	assert_output false
	run behaviour env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES/missing" COPYTRACE_OPTIONS=exhaustive "$program"
	assert_line --partial "nothing is recorded"
	assert_line "ended with 0"
}

@test "where the kernel refuses, one line says so, the trace too, and nothing else changes" {
	build_program dispatch_calls
	local calls=$program
	build_program dispatch_refused
	local refused=$program
	traces_directory
	run -0 env COPYTRACE_DIR="$TRACES" COPYTRACE_OPTIONS=exhaustive "$refused" /usr/bin/env LD_PRELOAD="$LIBRARY" "$calls"
	assert_output "copytrace: exhaustive mode is off, for the kernel has no Syscall User Dispatch for us: Invalid argument"
	only_trace
	run -0 jq -c '.processes[0].coverage.exhaustive.on' "$trace"
	assert_output false
}

@test "the tests of transparency and of the ledger hold in exhaustive mode too" {
	ENVIRONMENT=(COPYTRACE_OPTIONS=exhaustive)
	local name
	for name in signals exceptions coroutines small_stacks last_words threads thread_ends generated_code; do
		forget_traces
		rm -rf "$BATS_TEST_TMPDIR/data"
		DEFINE=("KIND=$(disk_kind)" "FILE=$BATS_TEST_TMPDIR/data")
		ledger "$name" "$BATS_TEST_TMPDIR/data"
	done
}
