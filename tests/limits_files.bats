# limits_files.bats - whatever stands where the tracer makes its files, nobody else's is followed, read or written.
load helpers/common

setup() {
	build_program one_byte
	traces_directory
	cd "$BATS_TEST_TMPDIR" || return
	echo precious >victim
	chmod 600 victim
}

# The program runs traced, in silence; names in its traces' directory are of pid 4000 in a namespace of its own.
numbered() {
	run -0 --separate-stderr unshare -m --pid --fork --mount-proc bash -euc '
		echo 3999 >/proc/sys/kernel/ns_last_pid
		LD_PRELOAD=$1 COPYTRACE_DIR=$2 "$3" "$4" & wait $!' \
		numbered "$LIBRARY" "$TRACES" "$program" "$BATS_TEST_TMPDIR/data.$RANDOM"
	assert_output ""
	assert_equal "$stderr" ""
}
may_number() {
	unshare -m --pid --fork --mount-proc bash -euc 'echo 3999 >/proc/sys/kernel/ns_last_pid' 2>/dev/null ||
		skip "no namespace of pids can be made here"
}
unharmed() {
	assert_equal "$(cat victim)" precious
	assert_equal "$(stat -c '%a %h' victim)" "600 ${1:-1}"
}

# what NAME - puts it there, in one of the ways in which a name may be taken.
taken() {
	case $1 in
	link) ln -s "$PWD/victim" "$2" ;;
	dangling) ln -s "$PWD/made" "$2" ;;
	fifo) mkfifo "$2" ;;
	directory) mkdir "$2" ;;
	hard) ln victim "$2" ;;
	foreign) touch "$2" && chown 65534 "$2" ;;
	esac
}

@test "names that are taken, by a link, a FIFO, a directory or a file, are left alone" {
	[ "$(id -u)" -eq 0 ] || skip "only root can choose a pid"
	may_number
	local kind name stem=$TRACES/copytrace.one_byte.4000
	for kind in link dangling fifo directory hard foreign; do
		for name in "$stem.json" "$stem.live" "$stem.json.4000.partial"; do
			forget_traces
			taken "$kind" "$name"
			local before after
			before=$(stat -c '%i %F %s %u' "$name")
			numbered
			after=$(stat -c '%i %F %s %u' "$name")
			assert_equal "$after" "$before"
			unharmed "$([ "$kind" = hard ] && echo 2 || echo 1)"
			assert [ ! -e made ]
			run -0 find "$TRACES" -name '*.json' -type f -newer victim -size +1k -perm 600
			assert_equal "${#lines[@]}" 1
			run -0 bash -c "ls '$TRACES' | wc -l"
			assert_output 2
		done
	done
}

@test "no file is readable by others, whatever the umask" {
	umask 0
	mkfifo go
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$TRACES cat go >/dev/null 3>&- &
	exec 7>go
	until compgen -G "$TRACES/*.live" >/dev/null; do sleep 0.01; done
	assert_equal "$(stat -L -c %a "$TRACES"/*.live)" 600
	exec 7>&-
	wait
	assert_equal "$(stat -c %a "$TRACES"/*.json)" 600
}

@test "in a directory where everybody writes another user's link is not taken for the region" {
	[ "$(id -u)" -eq 0 ] || skip "not root, and so nobody else"
	mkfifo go
	chmod 777 "$TRACES"
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$TRACES cat go >/dev/null 3>&- &
	exec 7>go
	until compgen -G "$TRACES/*.live" >/dev/null; do sleep 0.01; done
	local live=("$TRACES"/*.live) region
	region=$(readlink -f "${live[0]}")
	cp --sparse=always "$region" stolen
	# Says that it is the region of this process, and is somewhere else.
	rm "${live[0]}"
	ln -s "$PWD/stolen" "${live[0]}"
	exec 7>&-
	wait
	assert [ -e stolen ]
	rm -f "$region"
}

@test "COPYTRACE_DIR may lead through .., and a sticky directory of others is as good as any" {
	mkdir -p a/b sticky
	chmod 1777 sticky
	run -0 env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$PWD/a/b/.." COPYTRACE_OUT=%e.json "$program" "$PWD/data"
	assert_output ""
	run -0 ls a
	assert_output "$(printf 'b\none_byte.json')"
	if [ "$(id -u)" -eq 0 ]; then
		let_others_in
		run -0 setpriv --reuid 65534 --clear-groups env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$PWD/sticky" \
			COPYTRACE_OUT=%e.json cat /etc/hostname
		assert_equal "$(stat -c '%u %a' sticky/cat.json)" "65534 600"
	fi
}

@test "a directory that can't be written leaves one line and no file" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become who may not write"
	let_others_in
	chmod 755 "$TRACES"
	run -0 --separate-stderr setpriv --reuid 65534 --clear-groups env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" \
		head -c 3 /etc/passwd
	assert_output roo
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^copytrace: nothing is recorded: .*Permission denied; set COPYTRACE_DIR'
	run -0 ls -A "$TRACES"
	assert_output ""
	run -0 --separate-stderr setpriv --reuid 65534 --clear-groups env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" \
		sh -c '(echo forked); echo "and $?"'
	assert_output $'forked\nand 0'
}

@test "a root file system that is read-only is one line, and the program goes on" {
	unshare -m mount -t tmpfs none /dev/shm 2>/dev/null || skip "mounting is refused here"
	export LIBRARY
	run -0 --separate-stderr unshare -m bash -euc 'mkdir ro && mount -t tmpfs -o ro none ro && cd ro &&
		LD_PRELOAD=$LIBRARY exec head -c 3 /etc/passwd'
	assert_output roo
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" 'Read-only file system; set COPYTRACE_DIR'
}

@test "a setuid program that is made to load the library writes nothing" {
	[ "$(id -u)" -eq 0 ] || skip "only root can make a setuid program of another's"
	local directory loaded
	directory=$(dirname "$(ldd /bin/cat | awk '/libc\.so/ { print $3 }')")
	unshare -m mount -t tmpfs none "$directory" 2>/dev/null || skip "mounting is refused here"
	let_others_in
	chmod 777 "$TRACES"
	cp /bin/cat ordinary
	cp /bin/cat privileged && chmod 4755 privileged
	cp "$LIBRARY" library && chmod 4755 library
	loaded=$(find "$directory"/ -maxdepth 1 -name 'libthread_db.so.1' | head -n 1)
	[ -n "$loaded" ] || skip "there is no library here in whose place it could be"
	local name
	for name in privileged ordinary; do
		run -0 --separate-stderr unshare -m bash -euc 'mount --bind library "$1"; cd "$2"
			exec setpriv --reuid 65534 --clear-groups env LD_PRELOAD=libthread_db.so.1 COPYTRACE_DIR="$2" "../$3" /proc/self/maps' \
			bash "$(readlink -f "$loaded")" "$TRACES" "$name"
		assert_line --partial libthread_db
		assert_equal "$stderr" ""
		run -0 ls -A "$TRACES"
		if [ "$name" = privileged ]; then
			assert_output ""
		else
			assert_output --regexp '^copytrace\.ordinary\.[0-9]+\.json$'
		fi
	done
}
