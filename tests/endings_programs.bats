# endings_programs.bats - real programs, ended as people end them, leave records of all that they did.
load helpers/common

setup() {
	traces_directory
	cd "$BATS_TEST_TMPDIR" || return
	ulimit -c 0
}

# left PROGRAM HOW - the one record of that program, as a trace or as a region, ended so; $trace is it.
left() {
	local found=("$TRACES"/copytrace."$1".*)
	[ ${#found[@]} -eq 1 ] || fail "$(ls "$TRACES")"
	trace=$BATS_TEST_TMPDIR/$1.json
	"$VIEWER" report --json "${found[0]}" >"$trace"
	run -0 jq -r '.processes[0].exit.how' "$trace"
	assert_output "$2"
	"$ROOT/tests/validate" "$trace"
}

@test "timeout kills what it started, and ends as it does" {
	run -124 traced timeout 2 sh -c 'echo begun; read -r line </etc/hostname; exec sleep 30'
	assert_output begun
	left sleep killed
}

@test "a shell that kills itself has its last echo in the region" {
	run -137 traced bash -c 'echo last words; kill -9 $$'
	assert_output "last words"
	left bash killed
	expect --line "syscall write: calls=1 returned=11 from_user=11" "$trace"
}

@test "python ends by os._exit, by os.abort, and with threads that wait" {
	local writes='import os, threading, sys
null = os.open("/dev/null", os.O_WRONLY)
for _ in range(100): os.write(null, b"1234567")
'
	local -A how=(["os._exit(3)"]=_exit ["os.abort()"]=killed
		["threading.Thread(target=sys.stdin.read, daemon=True).start(); sys.exit(3)"]=exit)
	local end
	for end in "${!how[@]}"; do
		forget_traces
		run bash -c 'sleep 1 | "$@"' bash env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$PYTHON" -c "$writes$end"
		left "$(basename "$(readlink -f "$PYTHON")")" "${how[$end]}"
		run -0 jq '[.processes[0].by_object[] | select(.name == "/dev/null") | .discarded_bytes] | add' "$trace"
		assert_output 700
	done
}

@test "redis shut down, or killed, has every request in its record" {
	local way
	for way in shutdown kill; do
		forget_traces
		LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$TRACES redis-server --port 0 --unixsocket "$PWD/s" --save "" >/dev/null 3>&- &
		local pid=$! n
		until redis-cli -s s ping >/dev/null 2>&1; do sleep 0.05; done
		for n in 1 2 3; do
			assert_equal "$(redis-cli -s s echo "request$n")" "request$n"
		done
		if [ "$way" = shutdown ]; then
			redis-cli -s s shutdown nosave
		else
			kill -9 "$pid"
		fi
		wait "$pid" || true
		left "$(basename "$(readlink -f "$(command -v redis-server)")")" "$([ "$way" = kill ] && echo killed || echo exit)"
		run -0 jq '[.processes[0].by_object[] | select(.kind == "unix_stream") | .to_user_bytes] | add > 3 * 20' "$trace"
		assert_output true
	done
}
