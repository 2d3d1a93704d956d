# transparency_program.bats - what a program can see of itself is what it would see untraced.
load helpers/common

@test "errno stays as it was when a call succeeds" {
	build_program errno_kept
	run -0 "$program" "$BATS_TEST_TMPDIR/untraced"
	run -0 traced "$program" "$BATS_TEST_TMPDIR/traced"
	assert_output ""
}

@test "errno is the kernel's when a call fails" {
	build_program failing_calls
	run -0 "$program" "$BATS_TEST_TMPDIR/untraced"
	run -0 traced "$program" "$BATS_TEST_TMPDIR/traced"
	assert_output ""
}

@test "no descriptor of ours is open, and the program's have the numbers they would have" {
	build_program descriptors
	run -0 with_three_descriptors "$program" 3
	traces_directory
	run -0 with_three_descriptors env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$program" 3
	assert_output ""
	was_traced
}

@test "a program started without stdin, stdout and stderr gets the descriptors it would get" {
	build_program descriptors
	traces_directory
	bare() {
		env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$program" 0 <&- >&- 2>&-
	}
	run -0 with_three_descriptors bash -c "$(declare -f bare); LIBRARY='$LIBRARY' TRACES='$TRACES' program='$program' bare"
	run -0 ls "$TRACES"
	assert_line --regexp 'copytrace\.descriptors\..*\.json'
}

@test "a handler that writes while the main program reads loses no call" {
	ledger signals
}

@test "a jump out of a waiting call leaves the ledger in order" {
	ledger jumps
}

@test "threads cancelled in a waiting call clean up and are counted" {
	ledger cancelled "$BATS_TEST_TMPDIR/fifo"
}

@test "pthread_exit with clean-up handlers and destructors" {
	ledger thread_ends
}

@test "exceptions pass through our frames" {
	ledger exceptions
}

@test "generated code, whose frames no unwinder understands" {
	for ENVIRONMENT in COPYTRACE_STACKS=on COPYTRACE_STACKS=all; do
		forget_traces
		ledger generated_code
	done
}

@test "coroutines on stacks of their own" {
	ENVIRONMENT=(COPYTRACE_OPTIONS=verify-stacks)
	ledger coroutines
}

@test "the smallest stacks of threads and of signal handlers are large enough" {
	ledger small_stacks
}

@test "what is written after main has returned is in the ledger" {
	ledger last_words
}

@test "two callers whose frames look alike are told apart" {
	ENVIRONMENT=(COPYTRACE_OPTIONS=verify-stacks)
	ledger two_paths
	only_trace
	expect --line 'coverage: stacks_wrong=0 stacks_checked>=90' "$trace"
	for path in first_path:300000 second_path:1200000; do
		run -0 jq --arg name "${path%:*}" '. as $trace | [.processes[0].by_stack[] | select(.name == "read" and .stack != null)
			| select(any($trace.stacks[.stack][]; $trace.frames[.].function == $name)) | .returned_bytes] | add' "$trace"
		assert_output "${path#*:}"
	done
}

@test "remembered stacks are never wrong" {
	ENVIRONMENT=(COPYTRACE_OPTIONS=verify-stacks COPYTRACE_STACKS=all)
	for name in threads stdio_characters allocations signals exceptions; do
		forget_traces
		rm -rf "$BATS_TEST_TMPDIR/data"
		DEFINE=("KIND=$(disk_kind)" "FILE=$BATS_TEST_TMPDIR/data")
		ledger "$name" "$BATS_TEST_TMPDIR/data"
		expect --line 'coverage: stacks_wrong=0' "$TRACES"
	done
}

@test "a program that takes away its own descriptors or file sizes is unharmed" {
	build_program limited
	for what in nofile fsize address-space; do
		forget_traces
		run -0 bash -c "LD_PRELOAD='$LIBRARY' COPYTRACE_DIR='$TRACES' '$program' $what | cat; exit \${PIPESTATUS[0]}"
		assert_line unharmed
		was_traced
	done
}

@test "a program that gives up its privileges or its file system loses neither its end nor its ledger" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give up privileges"
	build_program limited
	traces_directory
	chmod 700 "$TRACES"
	mkdir "$BATS_TEST_TMPDIR/root"
	for what in privileges root-directory; do
		run -0 traced "$program" $what "$BATS_TEST_TMPDIR/root"
		assert_line unharmed
		run -0 ls "$TRACES"
		assert_output --regexp '^copytrace\.limited\.[0-9]+\.(json|live)$'
		remove_regions
		rm -f "$TRACES"/*
	done
}

@test "a program with little address space is unharmed" {
	build_program read_write
	traces_directory
	for kilobytes in 8000 20000 60000 200000; do
		rm -f "$BATS_TEST_TMPDIR/data"
		run -0 bash -c "ulimit -v $kilobytes; LD_PRELOAD='$LIBRARY' COPYTRACE_DIR='$TRACES' exec '$program' '$BATS_TEST_TMPDIR/data'"
	done
	run -0 ls "$TRACES"
	assert_line --regexp '\.json$'
}

@test "a program under a tiny limit of descriptors is unharmed" {
	build_program read_write
	traces_directory
	run -0 with_three_descriptors bash -c "ulimit -n 4; LD_PRELOAD='$LIBRARY' COPYTRACE_DIR='$TRACES' exec '$program' '$BATS_TEST_TMPDIR/data'"
	assert_output ""
	DEFINE=()
	expect --define "KIND=$(disk_kind)" --define "FILE=$BATS_TEST_TMPDIR/data" --source "$ROOT/tests/programs/read_write.c" "$TRACES"
}

@test "without the unwinder's library there are no stacks, a notice, and the same ledger" {
	build_program read_write
	traces_directory
	# A library of that name that isn't one is found first.
	mkdir -p "$BATS_TEST_TMPDIR/lib"
	echo "not a library" >"$BATS_TEST_TMPDIR/lib/libunwind.so.8"
	run -0 env LD_LIBRARY_PATH="$BATS_TEST_TMPDIR/lib" LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$program" "$BATS_TEST_TMPDIR/data"
	assert_equal "${#lines[@]}" 1
	assert_output --partial libunwind
	expect --define "KIND=$(disk_kind)" --define "FILE=$BATS_TEST_TMPDIR/data" --source "$ROOT/tests/programs/read_write.c" "$TRACES"
	only_trace
	run -0 jq '.processes[0].coverage.stacks.on' "$trace"
	assert_output false
}

@test "variables of the environment keep their order through an exec" {
	traces_directory
	run -0 env -i A=1 LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" B=2 /usr/bin/env /usr/bin/env C=3 /usr/bin/env
	assert_output "$(printf 'A=1\nLD_PRELOAD=%s\nCOPYTRACE_DIR=%s\nB=2\nC=3' "$LIBRARY" "$TRACES")"
	was_traced
}
