# examples/fresh-buffer gives the page faults that its README states, and the report the advice that follows from them.
load helpers/common

BYTES=16777216
PAGES=$((BYTES / 4096))

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	local name
	for name in fresh reused; do
		gcc -O2 -Wall -Wextra -Werror -o $name "$ROOT/examples/fresh-buffer/$name.c"
	done
	head -c $BYTES /dev/zero >data
}

check() {
	"$VIEWER" check "$@"
}

# What the README's table says of the two, in fresh.json and reused.json.
as_stated() {
	check fresh.json "call(read).to_user_bytes == $BYTES" "call(read).minor_faults == $PAGES" \
		"call(read).zero_filled_bytes == $BYTES" "faults.unattributed_minor == 0"
	check reused.json "call(read).to_user_bytes == $BYTES" "call(read).minor_faults == 256" \
		"call(read).zero_filled_bytes == 1MiB" "faults.unattributed_minor == 0"
	check reused.json 'diff(fresh.json).call(read).minor_faults <= -90%'
}

@test "each piece of fresh memory is faulted in and zero-filled inside read, a buffer that is kept only once" {
	COPYTRACE_OUT=fresh.json LD_PRELOAD=$LIBRARY ./fresh data
	COPYTRACE_OUT=reused.json LD_PRELOAD=$LIBRARY ./reused data
	as_stated
	run -0 "$VIEWER" report fresh.json
	assert_line --partial "read goes into fresh memory each time: 4,096 page faults inside the copies zero-filled 16.0 MiB"
	run -0 "$VIEWER" report reused.json
	refute_output --partial "fresh memory"
	run -0 "$VIEWER" diff --by fault fresh.json reused.json
	assert_line --regexp "^ +4,096 +256 +-3,840 +-93.8 % +0 +-15.0 MiB +0  zero_fill  \(anonymous\)$"
}

@test "a process without rights is told of the same faults, and given the same advice" {
	local alone=(setpriv --bounding-set=-all --inh-caps=-all)
	[ "$(id -u)" -eq 0 ] || alone=()
	"${alone[@]}" env COPYTRACE_OUT=fresh.json LD_PRELOAD="$LIBRARY" ./fresh data
	"${alone[@]}" env COPYTRACE_OUT=reused.json LD_PRELOAD="$LIBRARY" ./reused data
	run -0 jq -r '.processes[0].faults.level' fresh.json
	# Where the kernel lets everybody look at it, that is done.
	[ "$(cat /proc/sys/kernel/perf_event_paranoid)" -le 1 ] || assert_output A
	as_stated
	run -0 "$VIEWER" report fresh.json
	assert_line --partial "read goes into fresh memory each time: 4,096 page faults inside the copies"
}
