# ledger_forks.bats - what forks leave shared: who copies it when, and who is the last and reuses it.
load helpers/common

# shared_pages SCENARIO [KIND] - records tests/programs/forked_pages.c, and compares what it says.
shared_pages() {
	build_program forked_pages
	local output=$BATS_TEST_TMPDIR/output trace=$BATS_TEST_TMPDIR/trace.json
	rm -f "$trace"
	"$VIEWER" record "${RECORD[@]}" -o "$trace" -- "$program" "$@" >"$output" || return
	"$PYTHON" "$ROOT/tests/helpers/shared_pages" --spread "${SPREAD:-150}" "$trace" "$output" || {
		cat "$output"
		return 1
	}
}

@test "the program that forks says what the kernel does" {
	build_program forked_pages
	local scenario
	for scenario in sides after-exit turns grandchild; do
		run -0 "$program" "$scenario"
		run -0 "$program" "$scenario" memfd
	done
	run -0 "$program" after-exit huge
}

@test "a child copies 16 MiB that it writes to, and its parent the other 8 MiB" {
	shared_pages sides
}

@test "a child that writes to all of 64 MiB copies all of it" {
	shared_pages child
}

@test "a parent that writes to 64 MiB after its child's exit copies nothing, in 16384 faults" {
	shared_pages after-exit
	run -0 jq '[.processes[] | select(.forked | not) | .faults.rows[] | select(.reason == "fork_cow") | .minor] | add' \
		"$BATS_TEST_TMPDIR/trace.json"
	[ "$output" -ge 16384 ]
	[ "$output" -lt 16534 ]
}

@test "nor does one whose child has become another program" {
	shared_pages after-exec
}

@test "where two write by turns, who comes first copies, and who comes second reuses" {
	shared_pages turns
}

@test "of three that share a page two copy it, of twenty-one twenty" {
	shared_pages two-children
	SPREAD=600 # for each fork some thirty
	shared_pages many-children
}

@test "a grandchild shares what its parent has made its own with nobody else" {
	shared_pages grandchild
}

@test "who unmaps pages or gives them back shares them no more" {
	shared_pages dropped
}

@test "pages are shared wherever they are moved" {
	shared_pages moved
}

@test "a page is shared with an orphan though its parent's end was waited for" {
	shared_pages orphan
}

@test "pages that came after one fork are shared since the next" {
	shared_pages later-pages
}

@test "a child that was killed shares nothing any more" {
	shared_pages killed
}

@test "private pages of a file that were written to are shared as others" {
	shared_pages sides memfd
	shared_pages turns memfd
}

@test "huge pages are copied piece by piece, and reused whole" {
	shared_pages child huge
	shared_pages after-exit huge
}

@test "a fork that fails is none" {
	ledger fork_refused
	run -0 jq -r '.processes[] | select(.forked | not) | .faults.forks | length' "$TRACES"/*.json
	assert_output 1
}

@test "vfork, posix_spawn and clone with the same memory copy nothing" {
	shared_pages memory-lent
	run -0 jq '[.processes[].faults.forks[]] | length' "$BATS_TEST_TMPDIR/trace.json"
	assert_output 0
}

@test "pages that were not there, or zero, are not copied after a fork" {
	shared_pages nothing-there
}

@test "memory that is kept from children, or wiped for them, is not shared with them" {
	shared_pages kept
}

@test "where both write at once, each has an interval, and the trace says why" {
	build_program forked_pages
	local trace=$BATS_TEST_TMPDIR/trace.json
	"$VIEWER" record -o "$trace" -- "$program" at-once >/dev/null
	run -0 jq -c '[.processes[].faults.forks[] | .copied_bytes_least <= .copied_bytes_most and
		(.copied_bytes_least == .copied_bytes_most or .why != null)] | all' "$trace"
	assert_output true
	# A page is copied by one of the two at least, and by both at most.
	run -0 jq '[.processes[].faults.forks[].copied_bytes_most] | add >= 64 * 1048576' "$trace"
	assert_output true
}

@test "forks are followed in exhaustive mode too" {
	RECORD=(--exhaustive)
	shared_pages sides
	shared_pages grandchild
}

@test "where the kernel can't scan pages its table of them is read" {
	build_program no_page_scan
	local without=$program output=$BATS_TEST_TMPDIR/output trace=$BATS_TEST_TMPDIR/trace.json
	build_program forked_pages
	"$without" "$VIEWER" record -o "$trace" -- "$program" later-pages >"$output"
	"$PYTHON" "$ROOT/tests/helpers/shared_pages" "$trace" "$output"
}

@test "where faults are only counted forks have a cost, and what they copied is not known" {
	build_program forked_pages
	COPYTRACE_FAULTS=count "$VIEWER" record -o "$BATS_TEST_TMPDIR/trace.json" -- "$program" child >/dev/null
	run -0 jq -c '[.processes[].faults.forks[] | [.side, .cost_ns != null, .present_bytes, (.runs | length), .why]] | sort |
		unique' "$BATS_TEST_TMPDIR/trace.json"
	local why="page faults are not sampled, only counted"
	assert_output "[[\"child\",false,null,0,\"$why\"],[\"parent\",true,null,0,\"$why\"]]"
}

@test "redis that saves while keys are written copies what it says itself" {
	command -v redis-server >/dev/null || skip "redis-server is not installed"
	cd "$BATS_TEST_TMPDIR"
	"$VIEWER" record -o trace.json -- "$ROOT/tests/real/save_redis" >says
	run -0 jq -s --argjson says "$(cat says)" '.[0] | [.processes[] | select(.exe | test("redis-(server|check-rdb)$"))] |
		[.[].faults.forks[]] as $forks | ($forks | map(.copied_bytes_least) | add) as $least |
		# What it says is what of the child is private and was written to: besides, that is what the child
		# zeroed, and what it copied before its record began.
		{forks: ($forks | length), copied: ($least > $says / 2 and $least <= $says),
		 sides: ([$forks[].side] | unique)}' trace.json
	assert_equal "$(jq -c . <<<"$output")" '{"forks":2,"copied":true,"sides":["child","parent"]}'
}

@test "a shell's subshells and python's processes copy a few pages each, exactly known" {
	cd "$BATS_TEST_TMPDIR"
	cat >pool.py <<-END
		import multiprocessing
		def square(n):
		    return n * n
		if __name__ == "__main__":
		    multiprocessing.set_start_method("fork")
		    with multiprocessing.Pool(3) as pool:
		        print(sum(pool.map(square, range(100))))
	END
	"$VIEWER" record -o python.json -- "$PYTHON" pool.py >said
	assert_equal "$(cat said)" 328350
	# shellcheck disable=SC2016
	"$VIEWER" record -o shell.json -- bash -c 'for i in 1 2 3 4 5; do (echo $((i * i))); done' >said
	assert_equal "$(paste -sd ' ' said)" "1 4 9 16 25"
	for trace in python shell; do
		run -0 jq -c '[.processes[].faults.forks[] | select(.side == "child")] |
			[length >= 3, ([.[] | .copied_bytes_most > 0 and .copied_bytes_most < 4194304] | all)]' "$trace.json"
		assert_output '[true,true]'
	done
}
