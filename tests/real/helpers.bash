# helpers.bash - for tests on real programs: their inputs, a server, and the comparison with strace.

# Skips a test whose program isn't installed.
need() {
	local name
	for name; do
		command -v "$name" >/dev/null || skip "$name is not installed"
	done
}

# The inputs, written once for a file of tests, since its tests run side by side.
setup_file() {
	export INPUTS=$BATS_FILE_TMPDIR/inputs
	"$ROOT/tests/real/inputs" "$INPUTS"
}

# Runs a command alone, and under strace and the tracer at once; see real/compare.
exact() {
	need strace readelf
	strace -k -e trace=none true 2>/dev/null || skip "this strace can't print stacks, or may not trace"
	TITLE=$BATS_TEST_DESCRIPTION TMPDIR=$BATS_TEST_TMPDIR run "$ROOT/tests/real/compare" "$LIBRARY" "$INPUTS" "$@"
	assert_success
}

# Runs a command traced in a copy of the inputs, $WORK; its traces go to $TRACES, its output to $WORK.out.
trace_in_copy() {
	WORK=$BATS_TEST_TMPDIR/work
	cp -a "$INPUTS" "$WORK"
	(cd "$WORK" && traced "$@") >"$WORK.out" 3>&- || return
	traces_directory
}

# One number of the traces; see real/figure.
figure() {
	"$ROOT/tests/real/figure" "$@"
}

# Serves the inputs over HTTP on a port that was free, and sets $URL. Stop it with stop_server in teardown.
start_server() {
	"$PYTHON" -u -m http.server 0 --bind 127.0.0.1 --directory "$INPUTS" >"$BATS_TEST_TMPDIR/server" 2>&1 3>&- &
	SERVER=$!
	local i
	for ((i = 0; i < 100; i++)); do
		URL=$(sed -n 's/^Serving HTTP.*(\(http:[^)]*\)).*/\1/p' "$BATS_TEST_TMPDIR/server")
		[ -z "$URL" ] || return 0
		sleep 0.1
	done
	return 1
}
stop_server() {
	[ -z "${SERVER:-}" ] || { kill "$SERVER" && wait "$SERVER"; } 2>/dev/null || true
}
