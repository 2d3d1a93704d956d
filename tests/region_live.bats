# region_live.bats - the live region: there while the program runs, gone when its trace is, and whole when it's killed.
load helpers/common

setup() {
	mkfifo "$BATS_TEST_TMPDIR/ready" "$BATS_TEST_TMPDIR/go"
	traces_directory
}

teardown() {
	[ -z "${pid:-}" ] || kill -9 "$pid" 2>/dev/null || true
	remove_regions
	[ -z "${memory:-}" ] || rmdir "$memory"
}

# Starts a cat that has copied one line and waits for the end of its input; sets `pid`.
start_waiting() {
	env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$@" cat "$BATS_TEST_TMPDIR/go" >"$BATS_TEST_TMPDIR/ready" 3>&- &
	pid=$!
	exec 8<"$BATS_TEST_TMPDIR/ready" 7>"$BATS_TEST_TMPDIR/go"
	copy_line "one line"
}

# Has the cat copy a line, and waits until it is in the system call of its next read.
copy_line() {
	echo "$1" >&7
	read -r line <&8
	assert_equal "$line" "$1"
	until grep -q '^0 ' "/proc/$pid/syscall"; do
		sleep 0.01
	done
}

@test "a running program's region is beside where its trace will be, its owner's only, and readable" {
	umask 0
	start_waiting
	run -0 ls -A "$TRACES"
	assert_equal "${#lines[@]}" 1
	assert_output --regexp "$pid.*\.live$"
	assert_equal "$(stat -L -c %a "$TRACES/$output")" 600
	read_region
	expect --line 'call write: calls=1 returned=9 from_user=9 blocked_ns=any' --line 'exit: how=running' \
		--line "process: pid=$pid forked=false" "$trace"
}

@test "when the program ends, the region gives way to the trace" {
	start_waiting
	exec 7>&-
	wait "$pid"
	run -0 ls -A "$TRACES"
	assert_output --regexp '^copytrace\.cat\.[0-9]+\.json$'
	expect --line 'call write: calls=1 returned=9 from_user=9' "$TRACES"
}

@test "what a killed program had counted is in its region, call by call" {
	start_waiting
	copy_line "a second line"
	kill -9 "$pid"
	wait "$pid" || true
	read_region
	expect --line 'call write: calls=2 returned=9+14 from_user=9+14' --line 'object fifo: from_user=23 to_user=23' \
		--line 'exit: how=killed' "$trace"
}

@test "keep-region leaves the region, and it tells the same as the trace" {
	start_waiting COPYTRACE_OPTIONS=keep-region
	exec 7>&-
	wait "$pid"
	read_region
	local written=("$TRACES"/*.json)
	same_json '.processes[0] | {totals, by_call, by_object, flows, memory}, .totals.calls > 0' "${written[0]}" "$trace"
}

@test "a region takes no more space than it uses" {
	start_waiting
	local region=("$TRACES"/*.live) space
	space=$(stat -L -c '%b * %B' "${region[0]}")
	[ $((space)) -gt 0 ]
	[ $((space)) -le $((2 << 20)) ]
}

@test "a damaged region is refused or read, and never crashes the viewer" {
	start_waiting
	kill -9 "$pid"
	wait "$pid" || true
	local whole=("$TRACES"/*.live) bytes
	for bytes in 0 1 8 100 500 1000 4096 10000 65536; do
		head -c "$bytes" "${whole[0]}" >"$BATS_TEST_TMPDIR/cut.live"
		run "$VIEWER" report --json "$BATS_TEST_TMPDIR/cut.live"
		[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
		if [ "$status" -eq 0 ]; then
			jq -e '.processes | length == 1' <<<"$output" >/dev/null
		else
			assert_regex "${lines[-1]}" '^copytrace: '
		fi
	done
}

@test "a region is in memory when its trace goes to a disk, whatever the directory for others" {
	[ "$(stat -f -c %T "$TRACES")" != tmpfs ] || skip "the tests run in memory themselves"
	memory=$(mktemp -d -p /dev/shm) || return
	cd "$memory"
	start_waiting COPYTRACE_DIR="$memory" COPYTRACE_OUT="$TRACES/out.json"
	run -0 readlink "$TRACES/out.live"
	assert_output --regexp '^/dev/shm/copytrace-'
}
