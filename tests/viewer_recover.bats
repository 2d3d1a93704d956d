# viewer_recover.bats - copytrace recover: what killed processes left becomes traces, and nothing else is touched.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir left
}

teardown() {
	remove_regions
}

recover() {
	"$VIEWER" recover "$@"
}

# A shell that reads a line and is killed; more of them with the number as an argument.
leave_regions() {
	local n
	for ((n = 0; n < ${1:-1}; n++)); do
		LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$PWD/left sh -c 'read -r line </etc/passwd; kill -9 $$' || true
	done
	regions=(left/*.live)
}

# begun_trace NAME... - the first line of a trace, as it is written.
begun_trace() {
	LD_PRELOAD=$LIBRARY COPYTRACE_OUT=$PWD/whole.json env true
	head -n 1 whole.json | tee "$@" >/dev/null
	rm whole.json
}

# What the links in left/ lead to, or the regions themselves.
memory_of() {
	readlink -f "$@"
}

@test "every region of a killed process becomes the trace that it is, and is removed" {
	leave_regions 3
	local region memory expected=()
	memory=$(memory_of "${regions[@]}")
	for region in "${regions[@]}"; do
		"$VIEWER" report --json "$region" >"$region.expected"
		expected+=("$region: recovered as ${region%.live}.json")
	done
	run -0 recover left
	assert_output "$(printf '%s\n' "${expected[@]}")"
	for region in "${regions[@]}"; do
		assert [ ! -L "$region" ]
		assert [ ! -e "$region" ]
		"$VIEWER" report --json "${region%.live}.json" >recovered.json
		run -0 diff "$region.expected" recovered.json
		run -0 stat -c %a "${region%.live}.json"
		assert_output 600
	done
	for region in $memory; do
		assert [ ! -e "$region" ]
	done
	run -0 "$ROOT/tests/validate" left/*.json
	run -0 recover left
	assert_output "left: nothing to recover"
}

@test "a region is recovered by its own name, and the traces go where --to says" {
	leave_regions
	mkdir there
	run -0 recover --to there "${regions[0]}"
	assert_output --regexp "^${regions[0]}: recovered as there/copytrace\.[a-z]+\.[0-9]+\.json$"
	assert [ -s "${output##* }" ]
}

@test "a region whose process runs is left as it is" {
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$PWD/left sleep 30 3>&- &
	local pid=$!
	for _ in {1..100}; do
		compgen -G "left/*.$pid.live" >/dev/null && break
		sleep 0.05
	done
	run -0 recover left
	assert_output "left/copytrace.sleep.$pid.live: left as it is: its process still runs, pid $pid"
	kill -9 "$pid"
	wait "$pid" || true
	run -0 recover left
	assert_output --partial "recovered as left/copytrace.sleep.$pid.json"
}

@test "a process runs on when only its first thread has ended" {
	cat >program.c <<-'C'
		#include <pthread.h>
		#include <unistd.h>
		static void *wait_long(void *unused)
		{
			return sleep(30), unused;
		}
		int main(void)
		{
			pthread_t thread;
			pthread_create(&thread, NULL, wait_long, NULL);
			pthread_exit(NULL);
		}
	C
	gcc -pthread -o program program.c
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$PWD/left ./program 3>&- &
	local pid=$!
	for _ in {1..100}; do
		grep -q '^State:.Z' "/proc/$pid/status" && break
		sleep 0.05
	done
	run -0 recover left
	assert_output --partial "its process still runs"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null || true
}

@test "a region that has lost its link is found in memory" {
	leave_regions
	[ -L "${regions[0]}" ] || skip "the traces go to memory, so that there are no links"
	local memory pid=${regions[0]%.live}
	pid=${pid##*.}
	memory=$(memory_of "${regions[0]}")
	rm "${regions[0]}"
	run -0 recover "$memory"
	assert_output --regexp "^$memory: recovered as copytrace\.[a-z]+\.$pid\.json$"
	assert [ ! -e "$memory" ]
	# /dev/shm is everybody's: one of our own, so that nobody else's region is recovered.
	unshare --map-root-user --mount true 2>/dev/null || skip "no mount namespace can be had"
	export -f leave_regions recover
	export LIBRARY VIEWER
	# shellcheck disable=SC2016
	run -0 unshare --map-root-user --mount bash -c 'mount -t tmpfs tmpfs /dev/shm && leave_regions 2 2>/dev/null &&
		rm "${regions[@]}" && recover --to left /dev/shm && ls /dev/shm'
	assert_equal "${#lines[@]}" 2
	assert_line --index 1 --regexp "^/dev/shm/copytrace-[0-9a-f]+\.live: recovered as left/copytrace\.[a-z]+\.[0-9]+\.json$"
}

@test "a link whose region is gone is removed, and that is said" {
	ln -s /dev/shm/copytrace-00000000deadbeef.live left/copytrace.app.1.live
	run -0 recover left
	assert_output "left/copytrace.app.1.live: removed: the region that it led to is gone: /dev/shm/copytrace-00000000deadbeef.live"
	assert [ ! -L left/copytrace.app.1.live ]
}

@test "a record that is in its trace already isn't written again" {
	leave_regions
	cp --sparse=always -L "${regions[0]}" again
	recover left
	mv again "${regions[0]}"
	run -0 recover left
	assert_output "${regions[0]}: removed, since its record is in ${regions[0]%.live}.json"
	run -0 ls left
	assert_output "$(basename "${regions[0]%.live}").json"
}

@test "a file of the trace's name is kept" {
	leave_regions
	echo mine >"${regions[0]%.live}.json"
	run -0 recover left
	assert_output "${regions[0]}: recovered as ${regions[0]%.live}.2.json"
	assert_equal "$(cat "${regions[0]%.live}.json")" mine
}

@test "what was being written when its process was killed is removed, and what is being written stays" {
	sleep 30 3>&- &
	local pid=$! ended
	ended=$(sh -c 'echo $$')
	begun_trace "left/a.json.$ended.partial" "left/b.json.$pid.partial" left/c.partial
	run -0 recover left
	assert_output "left/a.json.$ended.partial: removed: its process was killed while it was writing it"
	kill "$pid"
	run -0 ls left
	assert_output "$(printf '%s\n' "b.json.$pid.partial" c.partial)"
	# A pid is used again, by a process that can't have written it.
	begun_trace "left/d.json.$$.partial"
	touch -d '1 hour ago' "left/d.json.$$.partial"
	run -0 recover left
	assert_line --partial "left/d.json.$$.partial: removed"
}

@test "somebody else's unfinished file is kept, whatever its name" {
	local ended
	ended=$(sh -c 'echo $$')
	echo '{"copytrace": "a download"}' >"left/copytrace.app.7.json.$ended.partial"
	head -c 5000 /dev/urandom >"left/film.$ended.partial"
	: >"left/empty.json.$ended.partial"
	: >"left/copytrace.app.7.json.2.$ended.partial"
	begun_trace begun
	ln -s ../begun "left/link.json.$ended.partial"
	mkfifo "left/fifo.json.$ended.partial"
	run -0 recover left
	assert_output "left: nothing to recover"
	run -0 ls left
	assert_equal "${#lines[@]}" 6
	assert [ -s begun ]
	: >"left/copytrace.app.$ended.json.$ended.partial"
	run -0 recover left
	assert_output --partial "left/copytrace.app.$ended.json.$ended.partial: removed"
}

@test "a damaged region, or what is none, stays, is named, and the others are recovered" {
	leave_regions
	echo nonsense >left/a.live
	cp --sparse=always -L "${regions[0]}" left/b.live
	printf '\377' | dd of=left/b.live bs=1 seek=8 conv=notrunc status=none
	echo mine >elsewhere
	ln -s "$PWD/elsewhere" left/c.live
	mkfifo left/d.live
	ln -s missing left/e.live
	run -2 --separate-stderr recover left
	assert_output --partial "${regions[0]}: recovered as"
	# shellcheck disable=SC2154
	assert_equal "${#stderr_lines[@]}" 5
	run -0 ls left
	assert_line a.live
	assert_line b.live
	assert_line c.live
	assert_line d.live
	assert_line e.live
	assert_equal "$(cat elsewhere)" mine
	run -2 recover missing
	run -2 recover
}

@test "a region of another user is left alone" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give a file to another"
	leave_regions
	cp --sparse=always -L "${regions[0]}" other.live
	chown nobody other.live
	run -2 recover other.live
	assert_output "copytrace: other.live: belongs to another user, who can recover it"
	mkdir others
	mv other.live others
	run -0 recover others
	assert_output "others: nothing to recover"
	assert [ -e others/other.live ]
}

@test "a region that was just being made is blank, and left for ten seconds" {
	truncate -s 64M left/a.live left/b.live
	chmod 600 left/a.live
	chmod 644 left/b.live
	run -2 recover left
	assert [ -e left/a.live ]
	assert [ -e left/b.live ]
	# Others can't read a region, so the second is none.
	run -2 "$VIEWER" report left
	assert_line --index 0 "copytrace: left/b.live: isn't a live region"
	refute_output --partial a.live
}

@test "what a link leads to outside of /dev/shm stays, though it looks like a region" {
	leave_regions
	mkdir elsewhere
	cp --sparse=always -L "${regions[0]}" elsewhere/region
	ln -s "$PWD/elsewhere/region" left/a.live
	ln -s /dev/shm/copytrace-0/../region left/b.live
	run -2 --separate-stderr recover left
	assert_output --partial "${regions[0]}: recovered as"
	assert_equal "${#stderr_lines[@]}" 2
	assert [ -s elsewhere/region ]
	assert [ -L left/a.live ]
	assert [ -L left/b.live ]
}

@test "a trace that can't be written leaves its region where it is" {
	viewer_without_privileges
	leave_regions
	mkdir closed
	chmod 500 closed
	run -2 recover --to closed left
	assert [ -e "${regions[0]}" ]
}
