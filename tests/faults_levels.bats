# faults_levels.bats - page faults as well as the kernel lets them be seen, and never more or fewer than it counts.
load helpers/common

# Prints "LEVEL MINOR MAJOR ..." of each process of the traces: what has no row, and "adds up" where all the figures do.
accounts() {
	jq -r '.processes[] | .faults as $f | [$f.level, $f.unattributed_minor, $f.unattributed_major,
		if $f.minor == $f.before_minor + $f.own_minor + $f.attributed_minor + $f.unattributed_minor
			and $f.major == $f.before_major + $f.own_major + $f.attributed_major + $f.unattributed_major
			and $f.attributed_minor == ([$f.rows[].minor] | add // 0)
			and $f.attributed_major == ([$f.rows[].major] | add // 0)
		then "adds up" else $f end] | join(" ")' "$TRACES"/*.json
}

# Prints what a jq expression says of the rows of the one trace.
of_rows() {
	only_trace
	jq -c ".processes[0].faults.rows | $1" "$trace"
}

setup() {
	build_program faults_level
	level=$program
	build_program faults_taken
}

# Runs the program at a level, touching so many pages.
at_level() {
	forget_traces
	LIBRARY=$LIBRARY TRACES=$TRACES run -0 --separate-stderr "$level" "$1" \
		env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "${@:3}" "$program" "$2"
	assert_output ""
}

@test "with the right to look at the kernel every page fault has a row, and those of a call are its own" {
	run -0 traced "$program" 3000
	assert_output ""
	run -0 accounts
	[[ $output == "A "* ]] && skip "this user may not look at the kernel"
	assert_output "A+ 0 0 adds up"
	run -0 of_rows '[.[] | select(.call == "read") | .minor] | add'
	assert_output 64
}

@test "without that right too" {
	at_level A 3000
	assert_equal "$stderr" ""
	run -0 accounts
	assert_output "A 0 0 adds up"
	run -0 of_rows '[.[] | select(.call == "read") | .minor] | add'
	assert_output 64
}

@test "a thousand pages more are a thousand page faults more, at each level that sees them" {
	local one more less
	for one in A A+; do
		at_level $one 1500
		less=$(of_rows 'map(select(.reason == "zero_fill" and .call == null) | .minor) | add')
		at_level $one 2500
		more=$(of_rows 'map(select(.reason == "zero_fill" and .call == null) | .minor) | add')
		assert_equal $((more - less)) 1000
	done
}

@test "pages that are read from the disk are major faults, and without the right to look at the kernel those of a call its own" {
	local one of_file
	build_program faults_major
	of_file='select(.mapping as $m | $m != null and ($mappings[$m].name | endswith("/data")))'
	for one in A A+; do
		forget_traces
		LIBRARY=$LIBRARY TRACES=$TRACES run "$level" "$one" env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" \
			"$program" "$BATS_TEST_TMPDIR/data"
		[ "$status" -ne 77 ] || skip "the file stays in memory here"
		assert_success
		only_trace
		run -0 jq -c ".processes[0] | .memory.mappings as \$mappings | [.faults.rows[] | $of_file] |
			[(map(.major) | add), (map(select(.call == \"write\").major) | add)]" "$trace"
		assert_output --partial "[12,"
		[ "$one" = A+ ] || assert_output "[12,4]"
	done
}

@test "where an event can't be had, or has no memory, faults are counted, and one line says what would help" {
	at_level C 300
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^copytrace: page faults are counted, .*perf_event_open: Permission denied; set kernel.perf_event_paranoid to 2 or less'
	run -0 accounts
	assert_output --regexp '^C [1-9][0-9]* 0 adds up$'
	only_trace
	run -0 jq -c '.processes[0].audit | [.unattributed_to_user, .unattributed_from_user]' "$trace"
	assert_output "[0,0]"
	at_level B 300
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^copytrace: page faults are counted, .*raise ulimit -l or kernel.perf_event_mlock_kb'
	run -0 accounts
	assert_output --regexp '^B [1-9][0-9]* 0 adds up$'
	at_level C 300 COPYTRACE_OPTIONS=quiet
	assert_equal "$stderr" ""
}

@test "the line comes once for all that a program executes" {
	forget_traces
	run -0 --separate-stderr "$level" C env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" sh -c 'true; /bin/true; /bin/true & wait'
	assert_equal "${#stderr_lines[@]}" 1
}

@test "a filter that kills for perf_event_open kills nobody" {
	at_level kills 300
	run -0 accounts
	assert_output --regexp '^C [1-9][0-9]* 0 adds up$'
}

@test "on request they are counted only, and no event is opened" {
	traces_directory
	run -0 strace -f -e trace=perf_event_open -o "$BATS_TEST_TMPDIR/strace" \
		env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" COPYTRACE_FAULTS=count "$program" 300
	run -0 accounts
	assert_output --regexp '^count [1-9][0-9]* 0 adds up$'
	run -1 grep perf_event_open "$BATS_TEST_TMPDIR/strace"
	run -0 strace -f -e trace=perf_event_open -o "$BATS_TEST_TMPDIR/strace" \
		env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$program" 300
	run -0 grep -c perf_event_open "$BATS_TEST_TMPDIR/strace"
}

@test "on request each fault has its stack" {
	local one
	for one in A A+; do
		at_level $one 200 COPYTRACE_FAULTS=stacks
		run -0 accounts
		assert_output --regexp ' 0 0 adds up$'
		only_trace
		run -0 jq -c '. as $t | [.processes[0].faults.rows[] | select(.call == null and .stack) |
			select(($t.stacks[.stack] | map($t.frames[.].function)) as $f | $f[0] == "take" and $f[1] == "main") | .minor] | add' "$trace"
		assert_output --regexp '^(199|20[0-2])$'
	done
}

@test "who gives up the right to look at the kernel has the faults of later threads seen without it" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give that right up"
	traces_directory
	let_others_in
	chmod 777 "$TRACES"
	run -0 traced "$PYTHON" -c 'import mmap, os, threading
def touch():
	memory = mmap.mmap(-1, 1000 * 4096, mmap.MAP_PRIVATE)
	for page in range(1000):
		memory[page * 4096] = 1
os.setuid(65534)
thread = threading.Thread(target=touch)
thread.start()
thread.join()'
	only_trace
	run -0 jq -c '.processes[0].faults | .level, .unattributed_minor < 500' "$trace"
	assert_output $'"A"\ntrue'
}

@test "of a buffer that was touched in part only the missing pages are zero-filled inside the call, at every level" {
	build_program fresh_blocks
	head -c 16M /dev/zero >"$BATS_TEST_TMPDIR/file"
	local as
	for as in env "setpriv --bounding-set=-all --inh-caps=-all"; do
		[ "$(id -u)" -eq 0 ] || [ "$as" = env ] || continue
		forget_traces
		# shellcheck disable=SC2086
		run -0 $as env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$program" "$BATS_TEST_TMPDIR/file"
		only_trace
		run -0 "$VIEWER" check "$trace" 'call(read).minor_faults == 4096' 'call(read).zero_filled_bytes == 16MiB' \
			'reason(own_page).minor_faults == 0'
	done
}

@test "who may not look at its own pages any more is told that reasons are unknown for that" {
	[ "$(id -u)" -eq 0 ] || skip "only root can change its user"
	traces_directory
	let_others_in
	chmod 777 "$TRACES"
	run -0 traced "$PYTHON" -c 'import mmap, os
os.setuid(65534)
memory = mmap.mmap(-1, 1000 * 4096, mmap.MAP_PRIVATE)
for page in range(1000):
	memory[page * 4096] = 1'
	only_trace
	run -0 jq -c '.processes[0].faults | .unattributed_minor, ([.rows[] | select(.reason == "unknown") | .minor] | add >= 1000)' "$trace"
	assert_output $'0\ntrue'
	run -0 "$VIEWER" report "$trace"
	assert_output --regexp "explained, but for the reason: 1,[0-9]+ page faults: the process could not read /proc/self/pagemap"
	run -1 "$VIEWER" check "$trace" 'reason(zero_fill).minor_faults < 100' 'zero_filled_bytes > 0'
	assert_line --partial "page faults of 1 of 1 process were only counted"
	assert_line --partial "reason(zero_fill).minor_faults < 100: it isn't known"
}
