# endings_matrix.bats - however a program ends, and whatever its threads are in, its record has every call that was done.
load helpers/common

setup() {
	build_program endings
	traces_directory
	cd "$BATS_TEST_TMPDIR" || return
	ulimit -c 0
	mkdir all
	# An exec of it comes as far as it can, and fails.
	printf '\177ELF and no more' >no-program
	chmod +x no-program
}

# counted NAME - what the program counted: begun and done.
counted() {
	local at
	case $1 in
	writes) at=0 ;;
	more_writes) at=16 ;;
	reads) at=32 ;;
	esac
	read -r begun finished < <(od -A n -j "$at" -N 16 -t u8 -w16 counts)
}

# holds HOW - the record in $trace ended so, and has the calls that were done, and none that had not begun.
holds() {
	local how calls bytes reads least most
	read -r how calls bytes reads < <(jq -r '.processes[] | select(.exe | endswith("/endings")) | [.exit.how,
		(.by_call[] | select(.layer == "library" and .name == "write") | .calls, .returned_bytes),
		([.by_call[] | select(.layer == "library" and .name == "read") | .calls] | add // 0)] | @tsv' "$trace")
	assert_equal "$how" "$1"
	counted writes
	assert_equal "$begun $finished" "100 100"
	counted more_writes
	least=$((100 + finished)) most=$((100 + begun))
	[ "$calls" -ge "$least" ] && [ "$calls" -le "$most" ] || fail "$calls writes, not $least to $most"
	[ "$bytes" -ge $((7 * least)) ] && [ "$bytes" -le $((7 * most)) ] || fail "$bytes bytes of $least to $most writes"
	counted reads
	[ "$reads" -ge "$finished" ] && [ "$reads" -le "$begun" ] || fail "$reads reads, not $finished to $begun"
	cp "$trace" "all/$(find all | wc -l).json"
}

# ended STATUS PLAIN RECORDED WAY [threads] - it ends so, by LD_PRELOAD alone and under record.
ended() {
	forget_traces
	head -c 4096 /dev/zero >counts
	run "-$1" traced "$program" counts "${@:4}"
	assert_output ""
	if [ "$2" = killed ]; then
		read_region
	else
		trace=$(compgen -G "$TRACES/copytrace.endings.*.json")
	fi
	holds "$2"
	head -c 4096 /dev/zero >counts
	run "-$1" "$VIEWER" record -o recorded.json -- "$program" counts "${@:4}"
	trace=recorded.json
	holds "$3"
	rm recorded.json
}

# in_each_way [threads]
in_each_way() {
	ended 3 exit exit return "$@"
	ended 3 exit exit exit "$@"
	ended 3 exit exit handler "$@"
	ended 3 exit exit thread "$@"
	ended 3 quick_exit quick_exit quick_exit "$@"
	ended 3 _exit _exit _exit "$@"
	ended 3 _exit _exit syscall "$@"
	ended 3 exec exec exec "$@"
	ended 3 exit exit refused "$@"
	ended 3 killed _exit instruction "$@"
	ended 134 killed signal abort "$@"
	ended 139 killed signal fault "$@"
	ended 137 killed signal 9 "$@"
	ended 143 killed signal 15 "$@"
	"$ROOT/tests/validate" all/*.json
}

@test "with one thread" {
	in_each_way
}

@test "while other threads wait in a read and write without pause" {
	in_each_way threads
}

@test "in exhaustive mode an exit by the program's own instruction is seen too" {
	head -c 4096 /dev/zero >counts
	run -3 traced COPYTRACE_OPTIONS=exhaustive "$program" counts instruction
	only_trace
	holds _exit
}
