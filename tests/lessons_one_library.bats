# lessons_one_library.bats - the page faults of lesson 12 are all explained, with rights and without, and the report gives
# the advice that follows from them.
load helpers/common

setup() {
	needs_sampled_faults
	make -s -C "$ROOT" examples BUILD="$BUILD" >&2
	kept=$BATS_TEST_TMPDIR/traces
}

# Traces every way as one who has the rights that are left by a command, and holds them against the ledger.
gone() {
	run -0 "$@" "$ROOT/examples/lesson" -b "$BUILD" -k "$kept" 12
	assert_line --regexp "figures as the ledgers? says?$"
	kept=$kept/12-one-library
}

advice() {
	local name
	for name in fresh malloced-at-128-KiB; do
		run -0 "$VIEWER" report "$kept/$name.json"
		assert_line --partial "read goes into fresh memory each time: 4,096 page faults inside the copies zero-filled 16.0 MiB"
	done
	for name in malloced reused; do
		run -0 "$VIEWER" report "$kept/$name.json"
		refute_output --partial "fresh memory"
	done
	for name in fresh malloced reused; do
		"$VIEWER" check "$kept/$name.json" 'faults.unattributed_minor == 0'
	done
}

@test "each page of fresh memory is faulted in and zero-filled inside read, of a buffer that is kept only once" {
	gone env
	advice
	run -0 "$VIEWER" diff --by fault "$kept/fresh.json" "$kept/reused.json"
	assert_line --regexp "^ +4,096 +25[67] +-3,8(39|40) +-93.[78] % +0 +-15.0 MiB +0  zero_fill  \(anonymous\)$"
}

@test "a process without rights is told of the same faults, and given the same advice" {
	local alone=(setpriv --bounding-set=-all --inh-caps=-all)
	[ "$(id -u)" -eq 0 ] || alone=(env)
	gone "${alone[@]}"
	run -0 jq -r '.processes[0].faults.level' "$kept/fresh.json"
	# Where the kernel lets everybody look at it, that is done.
	[ "$(cat /proc/sys/kernel/perf_event_paranoid)" -le 1 ] || assert_output A
	advice
}
