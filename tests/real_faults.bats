# Page faults of real programs: what perf sees of each from outside, and what the tracer says that it was for.
load helpers/common
load real/helpers

# faults_of COMMAND... - see real/faults.
faults_of() {
	need perf
	perf record -q -e page-faults -c 1 -o /dev/null true 2>/dev/null || skip "perf may not sample page faults here"
	cd "$INPUTS" || return
	TMPDIR=$BATS_TEST_TMPDIR run -0 "$ROOT/tests/real/faults" "$LIBRARY" "$@"
	echo "$output"
}

@test "python3 filling memory" {
	faults_of "$PYTHON" -c 'import json, re; blocks = [bytearray(5000) for _ in range(10000)]'
}

@test "sort of numbers" {
	seq 200000 | shuf --random-source=/dev/zero >"$BATS_TEST_TMPDIR/numbers"
	faults_of sort "$BATS_TEST_TMPDIR/numbers"
}

@test "gcc compiling" {
	need gcc
	printf '#include <stdio.h>\nint main(void) { return puts("x") < 0; }\n' >"$BATS_TEST_TMPDIR/a.c"
	faults_of gcc -O2 -c -o "$BATS_TEST_TMPDIR/a.o" "$BATS_TEST_TMPDIR/a.c"
}

@test "git reading its history" {
	need git
	cd "$BATS_TEST_TMPDIR"
	git init -q history && cd history
	local i
	for i in 1 2 3 4 5; do
		head -c 300000 "$INPUTS/noise" >file && echo "$i" >>file
		git add file && git -c user.name=x -c user.email=x@example.com commit -q -m "$i"
	done
	faults_of git -C "$BATS_TEST_TMPDIR/history" log --stat
}

@test "bash with subshells" {
	# shellcheck disable=SC2016
	faults_of bash -c 'for i in 1 2 3 4 5; do (x=$(seq 1000); echo ${#x}); done'
}

@test "redis saving in the background" {
	need redis-server
	cd "$BATS_TEST_TMPDIR" || return
	local here=$PWD
	INPUTS=$here faults_of "$ROOT/tests/real/save_redis"
}
