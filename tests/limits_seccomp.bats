# limits_seccomp.bats - a program that forbids itself system calls doesn't die of ours, and its ledger is what it did.
load helpers/common

WROTE="call write: calls=3+5+1 returned=3*10+5*7+6 discarded=3*10+5*7 from_user=6"

setup() {
	build_program confined
	traces_directory
	cd "$BATS_TEST_TMPDIR" || return
}

# confined ARGUMENT... - it ends traced as it does untraced, with one line on stderr, and leaves one record of itself.
confined() {
	forget_traces
	run -3 --separate-stderr "$program" "$@"
	assert_output alive
	run -3 --separate-stderr traced "$program" "$@"
	assert_output alive
	assert_equal "${#stderr_lines[@]}" 1
	read_region
	"$ROOT/tests/validate" "$trace"
}

@test "under a filter that kills for anything else every write is still counted" {
	# What a descriptor is that it had not used before can't be asked any more.
	local wrote="call write: calls=3+5+1 returned=3*10+5*7+6 discarded=3*10 from_user=5*7+6"
	confined least
	assert_regex "$stderr" "^copytrace: the program's seccomp filter forbids to write its trace"
	expect --line "$wrote" "$trace"
	confined traps
	expect --line "$wrote" "$trace"
	confined usual
	expect --line "$WROTE" "$trace"
}

@test "threads that begin under a filter are recorded, each apart" {
	confined usual threads
	expect --line "$WROTE" "$trace"
}

@test "a child forked under a filter lives on unrecorded, and is no part of its parent's ledger" {
	confined usual forks
	expect --line "$WROTE" "$trace"
	confined fails forks
	expect --line "$WROTE" "$trace"
}

@test "a program executed under a filter that kills is let alone" {
	run -0 --separate-stderr traced "$program" loads executes /bin/echo through
	assert_output through
	assert_equal "${#stderr_lines[@]}" 1
	read_region
	expect --line "call write: calls=3+5 returned=3*10+5*7 discarded=3*10+5*7" "$trace"
	# Who it was that executed can't be asked.
	run -0 jq -c '.processes[].coverage.untraced[] | [.path, .why]' "$trace"
	assert_output '["/bin/echo","was executed under a seccomp filter that may kill it for what the tracer does"]'
}

@test "a program executed in a sandbox runs as it does, and nothing half done stays" {
	run -0 --separate-stderr traced "$program" fails executes /bin/echo through
	assert_output through
	refute_regex "$stderr" 'set COPYTRACE_DIR'
	run -0 find "$TRACES" -name '*.partial'
	assert_output ""
}

@test "where the clock is given up recording stops, and what was counted stays" {
	local mode
	for mode in strict seccomp-strict clock; do
		confined "$mode"
		assert_regex "$stderr" '^copytrace: recording stops, '
		expect --line "call write: calls=3 returned=3*10 discarded=3*10" "$trace"
	done
}

@test "a filter that the kernel refuses changes nothing" {
	run -3 --separate-stderr traced "$program" refused
	assert_output alive
	assert_equal "$stderr" ""
	expect --line "$WROTE" "$TRACES"
}

@test "a filter that is refused because of another thread leaves the trace to be written" {
	run -3 --separate-stderr traced "$program" divided
	assert_output alive
	expect --line "$WROTE" "$TRACES"
}

@test "a child forked where the clock is given up runs as it does alone" {
	confined clock forks
	expect --line "call write: calls=3 returned=3*10 discarded=3*10" "$trace"
}

@test "in exhaustive mode too" {
	local mode
	for mode in strict least usual clock "clock forks"; do
		forget_traces
		# shellcheck disable=SC2086
		run -3 --separate-stderr traced COPYTRACE_OPTIONS=exhaustive "$program" $mode
		assert_output alive
		assert_regex "$stderr" "^copytrace: (recording stops, |the program's seccomp filter forbids )"
	done
}

@test "man, whose children are sandboxed, prints what it prints, and no wrong advice" {
	command -v man >/dev/null || skip "there is no man here"
	run -0 --separate-stderr env MANPAGER=cat man ls
	local page=$output
	run -0 --separate-stderr traced MANPAGER=cat man ls
	assert_equal "$output" "$page"
	refute_regex "$stderr" 'set COPYTRACE_DIR'
	run -0 find "$TRACES" -name '*.partial'
	assert_output ""
}
