# trees_same.bats - the processes and images of a recorded tree are those that strace saw of the same run: each exec one
# record or one row of untraced_processes, with its parent and its end.
load helpers/common

# same_as_strace NUMBER [OPTION...] CMD... - records the command under strace, and compares; strace saw at least so many images.
same_as_strace() {
	local least=$1 status=0
	shift
	rm -f log t.json
	strace -f -q -s 300 -e trace=execve,execveat,fork,vfork,clone,clone3 -o log \
		"$VIEWER" record -o t.json "$@" >output 2>errors || status=$?
	assert_equal "$status" "${STATUS:-0}"
	"$ROOT/tests/validate" t.json
	"$PYTHON" "$ROOT/tests/helpers/same_tree" --at-least "$least" log t.json
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	echo 'int main(void) { return 3; }' >static.c
	gcc -static -o static static.c || skip "no static libc"
}

@test "a shell's pipelines, subshells, substitutions and background jobs" {
	STATUS=6 same_as_strace 12 bash -c '
		for i in 1 2 3; do (cat /etc/passwd | sort | wc -l); done
		x=$(echo a | tr a b)
		{ kill -9 $BASHPID; } & wait
		(exec true) & (exit 4); wait
		ulimit -c unlimited; (kill -SEGV $BASHPID); sh -c "kill -ABRT \$\$"
		kill -TERM $BASHPID & wait $!
		exit 6'
}

@test "programs that empty the environment, in python and perl and by env" {
	cat >py <<-'END'
		import os, subprocess
		subprocess.run(["/bin/cat", "/etc/passwd"], env={})
		subprocess.run("echo hi | cat", shell=True, env={})
		subprocess.run(["/bin/true"], env={}, preexec_fn=lambda: None)
		if os.fork() == 0:
		    os._exit(3)
		os.wait()
		if os.fork() == 0:
		    os.abort()
		os.wait()
		os.posix_spawn("/bin/true", ["true"], {})
		os.wait()
	END
	cat >pl <<-'END'
		%ENV = ();
		system("cat /etc/passwd | cat");
		system { "/bin/echo" } "echo", "x";
		print `echo back`;
		unless (fork) { exec "/bin/false" } wait;
		open(my $f, "-|", "ls", "/"); my @l = <$f>; close $f;
	END
	same_as_strace 14 sh -c '/usr/bin/python3 py; perl pl; env -i /bin/sh -c "/bin/true; exec /usr/bin/env -i cat /etc/passwd"'
}

@test "make -j, xargs -P and find -exec" {
	printf 'all: a b c\na b c:\n\t@echo $@ | cat > $@.out; cat $@.out | sort\n\t-@./static\n' >Makefile
	same_as_strace 20 sh -c 'make -j2; seq 9 | xargs -P 4 -n 3 echo; find . -name "*.out" -exec cat {} \; -exec sh -c "exit 1" \; ; true'
}

@test "git with hooks" {
	git init -q .
	printf '#!/bin/sh\ncat "$0" | wc -l\n' >.git/hooks/pre-commit
	chmod +x .git/hooks/pre-commit
	same_as_strace 6 sh -c 'echo a >a; git add a; git -c user.email=a@b -c user.name=x commit -qm x; git log | cat'
}

@test "a configure script" {
	cat >configure <<-'END'
		#!/bin/sh
		exec 5>config.log
		for word in gcc cc; do
			if ($word --version) >&5 2>&1; then CC=$word; break; fi
		done
		cat >conftest.c <<EOF
		int main(void) { return 0; }
		EOF
		$CC -o conftest conftest.c >&5 2>&1 && ./conftest && echo "yes" | sed 's/y/Y/' >result
		rm -f conftest*
	END
	chmod +x configure
	same_as_strace 9 ./configure
	assert_equal "$(cat result)" Yes
}

@test "programs that can't be traced, in every place of the tree" {
	printf '#!%s/static\n' "$PWD" >script
	chmod +x script
	same_as_strace 7 bash -c './static; (exec ./static); ./static & wait; ./script | cat; setsid -w ./static; true'
	run -0 jq -c '[.untraced_processes[] | .exit] | unique' t.json
	assert_output '[{"how":"exit","status":3}]'
	STATUS=3 same_as_strace 2 sh -c 'exec ./static'
}

@test "programs that become another user" {
	[ "$(id -u)" -eq 0 ] || skip "not root, and so it can't become another user"
	let_others_in
	mkdir temporary
	export TMPDIR=$PWD/temporary
	same_as_strace 8 sh -c 'setpriv --reuid nobody --clear-groups cat /etc/passwd; runuser -u nobody -- cat /etc/passwd
		su -s /bin/sh nobody -c "cat /etc/passwd | cat"'
	run -0 jq -c .untraced_processes t.json
	assert_output "[]"
	run -0 ls temporary
	assert_output ""
}

@test "a server that forks to save what it has, and ends by a signal" {
	redis-server --version >/dev/null
	cat >serve <<-'END'
		redis-server --unixsocket "$PWD/s" --port 0 --dir "$PWD" --save "" --daemonize no >redis.out &
		until redis-cli -s s ping >/dev/null 2>&1; do sleep 0.1; done
		redis-cli -s s set a b
		redis-cli -s s bgsave
		until redis-cli -s s info persistence | grep -q rdb_bgsave_in_progress:0; do sleep 0.1; done
		kill -9 $!
		wait
		true
	END
	same_as_strace 6 bash serve
}

@test "a server that becomes a daemon, with workers" {
	cat >nginx.conf <<-END
		pid $PWD/pid; error_log $PWD/errors; worker_processes 2;
		events {}
		http { access_log off; server { listen unix:$PWD/socket; root $PWD; } }
	END
	# shellcheck disable=SC2016
	same_as_strace 5 bash -c 'nginx -p . -c "$PWD/nginx.conf"; until [ -s pid ]; do sleep 0.1; done
		curl -s --unix-socket socket http://here/nginx.conf | wc -c
		read -r pid <pid; kill -QUIT $pid; while kill -0 $pid 2>/dev/null; do sleep 0.1; done'
	run -0 jq '[.processes[] | select(.argv[0] | startswith("nginx")) | .forked] | sort | length' t.json
	assert_output 4
}

@test "children made by fork, vfork, clone, clone3 and posix_spawn, from one thread and from several" {
	build_program forks
	local options
	for options in "" --exhaustive; do
		# shellcheck disable=SC2086
		same_as_strace 24 $options "$program"
		# Each record of its own, from zero; the parent's is whole, with a read for each child.
		run -0 jq -c '[.processes[] | select(.image == 0 and .forked == false) | .by_call[]
			| select(.layer == "library" and .name == "read") | .calls]' t.json
		assert_output "[64]"
		run -0 jq -e 'all(.processes[]; .forked == false or .totals.zero_filled_bytes == 0)' t.json
	done
}
