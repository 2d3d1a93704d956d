# faults_signals.bats - SIGURG, by which rings of page faults are emptied, is the program's all the same.
load helpers/common

setup() {
	build_program faults_level
	level=$program
}

@test "a program that uses SIGURG in every way sees what it would see alone" {
	local alone how
	build_program urgent_signals
	alone=$("$program")
	for how in A+ A; do
		forget_traces
		run -0 traced "$level" $how "$program"
		assert_output "$alone"
	done
	run -0 traced COPYTRACE_FAULTS=stacks "$program"
	assert_output "$alone"
	run -0 traced COPYTRACE_OPTIONS=exhaustive "$program"
	assert_output "$alone"
	run -0 traced COPYTRACE_OPTIONS=no-syscall-layer "$program"
	assert_output "$alone"
}

@test "where SIGURG is blocked or ignored, what finds no room is counted as lost, and nothing else" {
	local how
	build_program faults_taken
	for how in blocked ignored; do
		forget_traces
		run -0 --separate-stderr traced "$program" 5000 $how
		assert_equal "$stderr" ""
		only_trace
		run -0 jq -c '.processes[0].faults | [.lost > 2000, .unattributed_minor == .lost, (.why | length)]' "$trace"
		assert_output --regexp '^\[true,true,[12]\]$'
	done
	# Few enough for a ring.
	forget_traces
	run -0 traced "$program" 1500 blocked
	only_trace
	run -0 jq -c '.processes[0].faults | [.lost, .unattributed_minor]' "$trace"
	assert_output '[0,0]'
}

@test "a program that inherits SIGURG as ignored passes it on as it was" {
	traces_directory
	run -0 bash -c 'trap "" URG; LD_PRELOAD=$0 COPYTRACE_DIR=$1 grep SigIgn /proc/self/status' "$LIBRARY" "$TRACES"
	was_traced
	local ignored=$output
	run -0 bash -c 'trap "" URG; grep SigIgn /proc/self/status'
	assert_output "$ignored"
}
