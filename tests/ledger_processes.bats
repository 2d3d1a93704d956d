# ledger_processes.bats - threads, forks and execs: whose ledger a call is in.
load helpers/common

@test "eight threads at once and three hundred in turn" {
	ledger threads
}

@test "two thousand threads at once" {
	ledger many_threads
}

@test "a forked child starts with an empty ledger" {
	STATUS=3 ledger forking
}

@test "an exec leaves a trace of each image, by every function of the family" {
	for call in execve execv execvp execvpe execl execlp execle fexecve execveat; do
		echo "$call"
		forget_traces
		DEFINE=("CALL=$call")
		ledger images "$call"
		run -0 ls "$TRACES"
		assert_equal "${#lines[@]}" 2
		assert_output --regexp 'copytrace\.images\.[0-9]+\.json'
		assert_output --regexp 'copytrace\.images\.[0-9]+\.1\.json'
	done
}

@test "a program started by vfork or posix_spawn is traced, and the parent's trace stays whole" {
	for way in vfork vfork-empty-environment posix_spawn posix_spawnp vfork-exit vfork-exit-after-failure; do
		echo "$way"
		forget_traces
		ledger spawning "$way"
	done
}

@test "a child forked inside a call comes back through it, and has a ledger of its own" {
	ledger forks_inside
}

@test "a child in our memory that has other files under our numbers changes nothing of ours" {
	ledger borrowed_memory
}

@test "commands started by a shell are traced, each in a file of its own" {
	traced sh -c 'cat /etc/hostname | cat >/dev/null; (cat /etc/hostname)' >/dev/null
	run -0 ls "$TRACES"
	assert_equal "$(grep -c '^copytrace\.cat\.' <<<"$output")" 3
	assert_line --regexp '^copytrace\.(dash|sh)\.'
}

@test "forks beside busy threads" {
	ledger threaded_forks
}

@test "a child that libc knows nothing of stays out of its parent's ledger" {
	build_program raw_fork
	run -0 traced "$program"
	assert_output ""
	expect --source "$ROOT/tests/programs/raw_fork.c" "$TRACES"/*.json
}

@test "the child that daemon() makes has a trace" {
	build_program daemon_child
	touch "$BATS_TEST_TMPDIR/running"
	run -0 traced "$program" "$BATS_TEST_TMPDIR/running" "$BATS_TEST_TMPDIR/done"
	# It goes on after its parent has ended.
	for _ in $(seq 200); do
		[ -e "$BATS_TEST_TMPDIR/done" ] && ls "$TRACES"/*.json >/dev/null 2>&1 && break
		sleep 0.05
	done
	expect --source "$ROOT/tests/programs/daemon_child.c" "$TRACES"/*.json
}

@test "commands run by system and popen are traced" {
	ledger shells
	run -0 ls "$TRACES"
	assert_equal "$(grep -c '^copytrace\.cat\.' <<<"$output")" 2
}

@test "execs that fail beside a busy thread lose none of its calls" {
	ledger failed_execs
}

@test "a trace written while threads are in their calls agrees with itself" {
	for end in return _exit; do
		for _ in 1 2 3 4 5; do
			forget_traces
			ledger racing_end $end
		done
	done
}

@test "an exec while threads are in their calls leaves two traces that agree with themselves" {
	build_program racing_end
	for end in exec exec-in-thread; do
		for _ in 1 2 3 4 5; do
			forget_traces
			run -0 traced "$program" $end
			assert_output ""
			expect --line 'processes: processes=2' --line '(image1) call read: calls=4 returned=4 zero_filled=4' \
				--line '(image0) exit: how=exec' "$TRACES"
		done
	done
}
