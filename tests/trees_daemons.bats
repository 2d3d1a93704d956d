# trees_daemons.bats - programs that leave their session, their files, their directory, their root and their user behind
# lose nothing of their record by it.
load helpers/common

# daemon WAY - runs tests/programs/daemon WAY, waits for its end, and has its processes in $lines.
daemon() {
	build_program daemon
	forget_traces
	rm -rf done
	mkdir -p "root$TRACES" root/dev/shm
	run -0 traced "$program" "$1" "$PWD/done" "$PWD/root"
	assert_output ""
	local tries
	for tries in $(seq 200); do
		[ "$(stat -c %s done 2>/dev/null)" = "$(wc -w <<<"$1")" ] && break
		sleep 0.05
	done
	# The last of them may be writing its trace.
	for tries in $(seq 100); do
		"$VIEWER" report --json "$TRACES"/* >t.json 2>/dev/null && jq -e 'all(.processes[]; .exit.how != "running")' t.json >/dev/null && break
		sleep 0.05
	done
	run -0 find root -type f
	assert_output ""
	"$ROOT/tests/validate" t.json
	run -0 jq -r '.processes | sort_by(.start)[] | "\(.exit.how) \(.exit.status) \(.totals.zero_filled_bytes)"' t.json
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "after a double fork, with every file closed and in another directory" {
	daemon plain
	assert_line --index 0 "_exit 0 0"
	assert_line --index 1 "_exit 0 0"
	assert_line --index 2 "exit 5 1000"
}

@test "with another root directory, in which the same paths are" {
	[ "$(id -u)" -eq 0 ] || skip "not root, and so it can't chroot"
	daemon chroot
	assert_line --index 2 "exit 5 1000"
}

@test "as another user" {
	[ "$(id -u)" -eq 0 ] || skip "not root, and so it can't become another user"
	daemon nobody
	assert_line --index 2 "exit 5 1000"
	daemon "chroot nobody"
	assert_line --index 2 "exit 5 1000"
}

@test "a child that is forked where no file can be made is named by its parent" {
	[ "$(id -u)" -eq 0 ] || skip "not root, and so it can't chroot"
	daemon "chroot fork"
	assert_line --index 2 "_exit 6 1000"
	run -0 jq -r '.untraced_processes[] | "\(.why) \(.exit.how) \(.exit.status)"' t.json
	assert_output "was forked where no file can be made for its record exit 5"
}

@test "a program that is executed where the library isn't is named, and gets no complaint of the loader's" {
	[ "$(id -u)" -eq 0 ] || skip "not root, and so it can't chroot"
	mkdir -p root/bin
	ldd /bin/cat | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "root$(dirname "$library")"
		cp "$library" "root$library"
	done
	cp /bin/cat root/bin
	echo hello >root/text
	run -0 --separate-stderr "$VIEWER" record -o t.json -- sh -c 'chroot root /bin/cat /text; true'
	assert_output hello
	refute [ "$(grep -c ld.so <<<"$stderr")" -gt 0 ]
	run -0 jq -r '.untraced_processes[] | "\(.path) \(.why) \(.exit.how) \(.exit.status)"' t.json
	assert_output "/bin/cat was executed where libcopytrace.so can't be read, by another user or with another root directory exit 0"
}
