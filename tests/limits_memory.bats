# limits_memory.bats - with little memory for its region, or none, a program runs on and its totals stay exact.
load helpers/common

setup() {
	build_program busy
	traces_directory
	cd "$BATS_TEST_TMPDIR" || return
}

# In a mount namespace of its own, where the file systems that a test takes away are nobody else's.
apart() {
	unshare -m bash -euc "$1" apart "${@:2}"
}
may_mount() {
	unshare -m mount -t tmpfs none /dev/shm 2>/dev/null || skip "mounting a tmpfs is refused here"
}

# What a run of busy wrote, by the size of its file and by all its traces.
BUSY='
	mount -t tmpfs -o "$1" none /dev/shm
	shift
	truncate -s 1M counts && : >output
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$TRACES "$program" counts output "$@"
	[ -z "$(find /dev/shm -mindepth 1)" ]'
agrees() {
	forget_traces
	export LIBRARY TRACES program
	run -0 --separate-stderr apart "$BUSY" "$@"
	assert_equal "$stderr" ""
	assert [ -s output ]
	run -0 bash -c "cat '$TRACES'/*.json | jq -s 'map(.totals.from_user_bytes) | add'"
	assert_output "$(stat -c %s output)"
	run -0 find "$TRACES" -not -name '*.json' -type f
	assert_output ""
}

@test "no /dev/shm that could be written, or a tiny one, costs rows and not bytes, and no program gets SIGBUS" {
	may_mount
	local size
	for size in ro size=4k size=48k size=64k size=256k size=1m; do
		agrees "$size" alone 50
		agrees "$size" threads 50
		agrees "$size" tables 1
	done
	agrees size=4k tree 25
	agrees size=128k tree 25
}

@test "of what found no row the trace says how much it was" {
	may_mount
	agrees size=64k tables 1
	run -0 jq -s '[.[].processes[0].coverage | .cells_folded + .stacks_folded] | add > 0' "$TRACES"/*.json
	assert_output true
}

@test "many processes share a /dev/shm of 64 MiB, and leave it empty" {
	may_mount
	export LIBRARY TRACES
	run -0 apart 'mount -t tmpfs -o size=64m none /dev/shm
		for ((i = 0; i < ${PROCESSES:-200}; i++)); do
			LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$TRACES head -c 1000 /dev/zero >/dev/null &
		done
		wait
		find /dev/shm -mindepth 1'
	assert_output ""
	run -0 bash -c "cat '$TRACES'/*.json | jq -s '[length, (map(.totals.zero_filled_bytes - (.processes[0].faults.rows | map(.zero_filled_bytes) | add // 0)) | add)] == [${PROCESSES:-200}, ${PROCESSES:-200} * 1000]'"
	assert_output true
}

@test "under limits of memory and of file sizes a program ends as it does" {
	local limit
	for limit in --as=60000000 --as=150000000 --data=1000000 --data=20000000 --stack=65536 --fsize=30000 --memlock=0; do
		rm -f "$TRACES"/*
		truncate -s 1M counts && : >output
		run -0 --separate-stderr prlimit "$limit" env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$program" \
			counts output alone 50
		[ "${#stderr_lines[@]}" -le 1 ]
		assert_equal "$(stat -c %s output)" 5000
		[ -n "$stderr" ] || expect --line "call write: calls=50 returned=5000 from_user=5000" "$TRACES"
	done
}

teardown() {
	remove_regions
	[ -z "${group:-}" ] || rmdir "$group"
}

@test "a memory cgroup that kills it leaves its region, call by call" {
	local mounted
	mounted=$(awk '$3 == "cgroup" && $4 ~ /(^|,)memory(,|$)/ { print $2; exit }' /proc/mounts)
	[ -n "$mounted" ] && group=$(mktemp -d "$mounted/copytrace-test.XXXXXX" 2>/dev/null) ||
		skip "no memory cgroup of version 1 can be made here"
	echo $((24 << 20)) >"$group/memory.limit_in_bytes"
	cat >greedy.py <<-'END'
		import os
		null = os.open("/dev/null", os.O_WRONLY)
		for _ in range(1000):
		    os.write(null, bytes(100))
		hoard = bytearray(1 << 30)
	END
	run -137 bash -c 'echo $$ >"$1/cgroup.procs"; exec env LD_PRELOAD="$2" COPYTRACE_DIR="$3" "$4" greedy.py' \
		bash "$group" "$LIBRARY" "$TRACES" "$PYTHON"
	read_region
	run -0 jq -c '.processes[0] | [.exit.how, (.by_object[] | select(.name == "/dev/null") | .calls, .discarded_bytes)]' "$trace"
	assert_output '["killed",1000,100000]'
}
