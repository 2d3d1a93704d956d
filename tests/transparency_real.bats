# transparency_real.bats - programs that nobody here wrote do the same alone and traced: what they write, how they
# end, what files they leave. `make transparency` prints the same for all of them, and for whole test suites.
load helpers/common
load real/helpers

# group NAME - all of its programs that are installed; see real/programs.py.
group() {
	# Not in the test's own directory: some give up root's rights, and sockets have short names.
	TMPDIR=/tmp run "$ROOT/tests/real/behaviour" "$LIBRARY" "$INPUTS" "$1"
	assert_success
	assert_line --regexp 'same +same +same +same'
}

@test "shells, with traps, jobs, pipes and terminals, do the same" {
	group shells
}

@test "editors in batch do the same" {
	group editors
}

@test "filters of text, and what they start, do the same" {
	group text
}

@test "archivers and cryptography do the same" {
	group archives
}

@test "interpreters and compilers, with threads, children and signals, do the same" {
	group languages
}

@test "servers and data bases do the same" {
	group services
}

@test "a part of Python's own test suite has the same results, test by test" {
	[ -d /usr/lib/python3.11/test ] || /usr/bin/python3 -c 'import test.test_posix' 2>/dev/null ||
		skip "libpython3.11-testsuite is not installed"
	run "$ROOT/tests/suites/run" --part "$BUILD"
	assert_success
	assert_line "nothing differs"
}
