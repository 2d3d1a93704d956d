# viewer_memory.bats - what the viewer makes of page faults, mappings and allocations.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

report() {
	"$VIEWER" report "$@"
}

@test "merged, faults and allocations keep their stacks, and mappings their numbers" {
	made copy memory
	report --json copy.json memory.json >out.json
	run -0 jq -r '. as $all | def name: if . == null then "none" else $all.frames[$all.stacks[.][0]].function end;
		.processes[1] | .memory.mappings as $mappings
		| (.faults.rows[0:3][] | "\(.reason) \(.stack | name) \($mappings[.mapping].name)"),
		(.memory.by_stack[], .memory.large_blocks[] | .stack | name)' out.json
	assert_output "$(printf '%s\n' "zero_fill fill [heap]" "zero_fill table (anonymous)" "zero_fill load (anonymous)" \
		table name format table)"
}

@test "the summary says what was zero-filled, copied on write, reserved and never freed, and what faults were for" {
	made memory
	run -0 report memory.json
	assert_line --regexp "^  on write +24.0 MiB  25,178,112 bytes, 60.0 % of 40.0 MiB copied; 23.0 MiB after fork, 1.01 MiB of libfoo.so$"
	assert_line --regexp "^  zero-filled +160 MiB  167,772,160 bytes, all by 40,960 page faults; 60.0 % in anonymous memory, most by table$"
	assert_line --regexp "^  reserved +8.11 GiB  by the largest process; 168 MiB faulted, 170 MiB backed, at most 171 MiB$"
	assert_line --regexp "^  never freed +8.00 GiB  in 101 blocks at the end$"
	assert_line --regexp "^  temporary +700  77.7 % of the allocations, 10.9 KiB: freed before the next one$"
	assert_line --regexp "^  by realloc +2.00 MiB  copied in 4 resizes, 32.0 MiB moved without a copy in 1, 3 in place$"
	assert_line --regexp "^  page faults +47,570  47,567 minor, 3 major; 86.1 % zero_fill, 12.9 % fork_cow, 0.5 % file_cow$"
	assert_line --regexp "^  57.5 %  23.0 MiB  fork_cow +\[heap\]$"
	# The function is named if nearly all of it has a stack, temporary blocks if they are a tenth of all.
	jq '.totals.zero_filled_bytes += 4096 | .processes[0] |= (.faults.rows[0].stack = null | .memory.temporary.allocations = 80)
		| .processes[1].memory.peak_live_bytes = 9' memory.json >less.json
	run -0 report less.json
	assert_line --regexp "^  zero-filled +160 MiB  167,776,256 bytes, of it 160 MiB by 40,960 page faults; 60.0 % in anonymous memory$"
	assert_line --regexp "^  peak heap +8.00 GiB  of the largest process; "
	refute_line --regexp "^  temporary "
}

@test "what is copied most is looked at first, be it by a call or by page faults" {
	made memory
	run -0 report memory.json
	assert_line "Largest movers, by stack, then by object, then by mapping (share of all bytes copied)"
	assert_line --regexp "^  crossings .*; 1.00 MiB copied each on average$"
	jq '(.. | objects | select(has("to_user_bytes")) | .to_user_bytes) |= ((. // 0) / 16)' memory.json >writing.json
	run -0 report writing.json
	assert_line "Largest movers, by mapping, then by stack, then by object (share of all bytes copied)"
}

@test "where little is known of memory, little is said" {
	made copy
	run -0 report copy.json
	assert_line --regexp "^  page faults +120 "
	refute_output --regexp "reserved|never freed|temporary|by realloc|Page faults by|By mapping|explained .* page faults"
}

@test "page faults are by reason, mapping and the call that they were taken in, and by stack" {
	made memory
	run -0 report --by fault memory.json
	assert_line --index 0 "Page faults by reason and mapping, largest minor_faults first"
	assert_line --index 1 --regexp "^ +SHARE +ON WRITE +ZEROED +MINOR +MAJOR +REUSED +RECORDS +REASON +INSIDE +MAPPING$"
	assert_line --index 2 --regexp "^ +43.1 % +0 +80.0 MiB +20,480 +0 +0 +1  zero_fill +\(anonymous\)$"
	assert_line --regexp "^ +12.9 % +23.0 MiB +0 +6,144 +0 +256 +2  fork_cow +\[heap\]$"
	assert_line --regexp "^ +8.6 % +0 +16.0 MiB +4,096 +0 +0 +1  zero_fill  read +\(anonymous\)$"
	assert_line --regexp "^ +0.1 % +0 +0 +60 +3 +0 +1  file_map +/usr/lib/libfoo.so$"
	assert_line --regexp "^ +<0.1 % .* 1  unknown +\(not known\)$"
	assert_line "   43.1 %  zero_fill  80.0 MiB zero-filled in 20,480 faults"
	assert_line --regexp "^           table +server$"
}

@test "--sort and --limit order and cut the tables of memory" {
	made memory
	run -0 report --by fault --sort cow_bytes --limit 2 memory.json
	assert_line --index 0 "Page faults by reason and mapping, largest cow_bytes first"
	assert_line --index 2 --partial "fork_cow"
	assert_line --index 3 --partial "file_cow"
	assert_line --index 4 "  (7 more rows, --limit 0 shows all)"
	run -0 report --by fault --sort major_faults --limit 1 memory.json
	assert_line --index 2 --partial "file_map"
	run -0 report --by mapping --sort cow_bytes --limit 1 memory.json
	assert_line --index 0 "By mapping, largest cow_bytes first"
	assert_line --index 2 --regexp "heap +\[heap\]$"
	run -0 report --by allocation --limit 1 memory.json
	assert_line "  (2 more rows, --limit 0 shows all)"
}

@test "each process has its memory: reserved, faulted, backed, its heap and its faults" {
	made memory
	run -0 report --by memory memory.json
	assert_line --index 0 "Memory by process, most backed first"
	assert_line --index 1 --regexp "^ +RESERVED +FAULTED +BACKED +PEAK BACKED +PEAK HEAP +NEVER FREED +MINOR +MAJOR +UNEXPLAINED +LEVEL +PID +COMMAND$"
	assert_line --index 2 --regexp "^ +8.11 GiB +168 MiB +170 MiB +171 MiB +8.00 GiB +8.00 GiB +43,441 +3 +0  A +300  server$"
	assert_line --index 3 --regexp "^ +8.11 GiB +16.0 MiB +170 MiB +170 MiB +0 +0 +4,126 +0 +7  A +301  server$"
	run -0 report memory.json
	assert_line "Memory by process, most backed first"
	jq '.processes[1].memory.reserved_bytes *= 2' memory.json >large_child.json
	run -0 report large_child.json
	assert_line --regexp "^  reserved +8.11 GiB  by the largest process; 168 MiB faulted"
	jq '.processes |= .[0:1]' memory.json >one.json
	run -0 report one.json
	refute_output --partial "Memory by process"
}

@test "mappings say how much was mapped, came in, and was the process's own" {
	made memory
	run -0 report --by mapping memory.json
	assert_line --index 0 "By mapping, most mapped in first"
	assert_line --index 1 --regexp "^ +MAPPED +MAPPED IN +OWN +ZEROED +ON WRITE +MINOR +MAJOR +MAPS +KIND +MAPPING$"
	assert_line --regexp "^ +16.0 MiB +16.0 MiB +0 +0 +0 +4 +0 +1  shared +file +/tmp/data$"
	assert_line --regexp "^ +130 MiB +- +- +64.0 MiB +23.0 MiB +22,537 +0 +2  private +heap +\[heap\]$"
	jq '.processes[].memory.mappings += [.processes[0].memory.mappings[0] | .kind = "special" | .name = "[vdso]" | .mapped_in_bytes = null
		| .minor = 0 | .major = 0 | .zero_filled_bytes = 0 | .cow_bytes = 0]' memory.json >special.json
	run -0 report --by mapping special.json
	refute_output --partial "[vdso]"
	assert_line "  (1 more row, --limit 0 shows all)"
	run -0 report --by mapping --limit 0 special.json
	assert_line --partial "[vdso]"
	jq '.processes[].memory.mappings[-1].minor = 1' special.json >touched.json
	run -0 report --by mapping touched.json
	assert_line --partial "[vdso]"
}

@test "allocations are by size, by large block and by stack" {
	made memory
	run -0 report --by allocation memory.json
	assert_line --regexp "^ +99.9 % +900  16 B$"
	assert_line --regexp "^ +1 +8.00 GiB +8.00 GiB +80.0 MiB +82.0 MiB +0  table < main$"
	assert_line "   3.12 KiB  200 allocations of 3.12 KiB in all, 1.56 KiB in 100 blocks never freed"
	assert_line "       16 B  700 allocations of 10.9 KiB in all, 700 temporary"
	assert_line --regexp "^           format +server$"
	run -0 sed -n '/^Never freed, by stack/,$p' <<<"$output"
	assert_line --index 1 --partial "8.00 GiB  1 allocation of 8.00 GiB in all, 8.00 GiB in 1 block never freed"
	assert_line --index 4 --partial "3.12 KiB  200 allocations"
	assert_line --index 7 "Temporary, by stack of allocations"
	assert_line --index 8 --partial "16 B  700 allocations"
	assert_equal "${#lines[@]}" 11
}

@test "the tables of calls have page faults where those come near what was copied" {
	made memory
	run -0 report --by call memory.json
	assert_line --index 1 --regexp "^ +SHARE +TO USER +ZEROED +CALLS +TIME +MINOR +CALL "
	jq '.processes[0].by_call[] |= if .name == "read" then .zero_filled_bytes = 1048576 | .minor_faults = 256 else . end' \
		memory.json >few.json
	run -0 report --by call few.json
	assert_line --index 1 --regexp "^ +SHARE +TO USER +CALLS +TIME +CALL "
	run -0 report --by call --sort minor_faults few.json
	assert_line --index 1 --regexp "^ +SHARE +TO USER +CALLS +TIME +MINOR +CALL "
	# More zeros than faults could have filled are the calls' own.
	jq '.processes[0].by_call[].minor_faults = 2' few.json >own.json
	run -0 report --by call own.json
	assert_line --index 1 --partial "ZEROED"
}

@test "reading into fresh memory each time is told apart from filling a buffer once" {
	made memory
	run -0 report memory.json
	refute_output --partial "fresh memory"
	# There was never more than a few pages at one time.
	jq '.processes[].memory.peak_backed_bytes = 4 * 1048576' memory.json >fresh.json
	run -0 report fresh.json
	assert_line "What would avoid some of it"
	assert_line "  read goes into fresh memory each time: 4,096 page faults inside the copies zero-filled 16.0 MiB"
	assert_line "    for the 16.0 MiB that it brought; reuse the buffer"
	# Not if most came without, if half of it was there at one time, nor for less than 1 MiB.
	local change of_reads='(.processes[].by_call[] | select(.name == "read")).to_user_bytes'
	for change in "$of_reads = 64 * 1048576" '.processes[].memory.peak_backed_bytes = 9 * 1048576' \
		"$of_reads = 1048576 | .processes[0].faults.rows[2].zero_filled_bytes = 1048575 | .processes[].memory.peak_backed_bytes = 1"; do
		jq "$change" fresh.json >other.json
		run -0 report other.json
		refute_output --partial "fresh memory"
	done
}

# report_of FILE FILTER LINE... - the report of what the filter makes of the file has these lines.
report_of() {
	local line
	jq "$2" "$1" >made.json
	run -0 report made.json
	for line in "${@:3}"; do
		assert_line "$line"
	done
}

@test "the end of the report holds page faults against what the kernel counted" {
	local of_one="of 43,444 page faults (before the record 90; tracer 12; level A)"
	made memory
	report_of memory.json . "not explained: 7 page faults: 7 faults found no room in the ring" \
		"explained 99.98 % of 47,570 page faults (before the record 90; tracer 32; level A)"
	jq '.processes |= .[0:1]' memory.json >one.json
	report_of one.json . "explained 100.00 % $of_one"
	refute_output --partial "not explained"
	report_of memory.json '.processes[0].faults.unattributed_minor = -3' \
		"explained, and not counted by the kernel: 3 page faults" \
		"explained 99.99 % of 47,570 page faults (before the record 90; tracer 32; level A)"
	report_of one.json '.processes[0].faults.unattributed_major = null' "explained 100.00 % $of_one"
	report_of one.json '.processes[0].faults.unattributed_minor = -3' "explained 100.01 % $of_one"
	report_of one.json '.processes[0].faults |= (.why = ["pages were gone"] | .rows[8].major = 3 | .rows += [.rows[8]])' \
		"explained, but for the reason: 10 page faults: pages were gone"
	report_of memory.json '.processes[1].faults += {minor: null, unattributed_minor: null, level: "C"}' \
		"explained 100.00 % of 43,444 page faults (before the record 90; tracer 12; level A, C; without 1 of 2 records)"
}

# check must hold, or fail with the text.
holds() {
	run -0 "$VIEWER" check memory.json "$1"
	assert_output ""
}
fails() {
	run -1 "$VIEWER" check memory.json "$1"
	assert_output "copytrace: check failed: $1: $2"
}

@test "page faults, mappings and memory can be checked" {
	made memory
	holds 'reason(zero_fill).zero_filled_bytes == 160MiB'
	holds 'reason(fork_cow).reused_pages == 256'
	holds 'mapping(/usr/lib/libfoo.so).cow_bytes < 1100kB'
	holds 'mapping(libfoo.so).cow_bytes > 1MiB'
	holds 'mapping(heap).minor_faults == 22537'
	holds 'mapping(heap).reused_pages == 256' 'mapping(file).reused_pages == 0'
	holds 'mapping(/tmp/data).mapped_in_bytes == 16MiB'
	holds 'block(8GiB).backed_bytes == 82MiB'
	holds 'block(8589934592).faulted_bytes == 80MiB'
	holds 'blocks.reserved_bytes == 8589938688'
	holds 'process(server#2).blocks.blocks == 0'
	holds 'memory.never_freed_blocks == 101'
	holds 'memory.resizes_copied_bytes == 2MiB'
	holds 'memory.peak_backed_bytes == 171MiB'
	holds 'faults.unattributed_minor == 7'
	fails 'minor_faults <= 5000' "value 47,567 exceeds the limit 5,000"
	fails 'reason(file_cow).cow_bytes == 0' "value 1,060,864 (1.01 MiB) isn't the required 0 B"
	fails 'memory.temporary_allocations < 3' "value 700 isn't below the limit 3"
}

@test "what isn't known of memory holds nothing" {
	local claim
	made memory copy
	fails 'mapping(heap).mapped_in_bytes >= 0' "it isn't known in memory.json"
	run -1 "$VIEWER" check copy.json 'memory.never_freed_bytes == 0'
	assert_output "copytrace: check failed: memory.never_freed_bytes == 0: it isn't known in copy.json"
	run -1 "$VIEWER" check memory.json 'diff(copy.json).memory.never_freed_bytes == +0'
	assert_output --partial "it isn't known in copy.json"
	# Of each process a tenth may be unknown.
	jq '.processes[1].faults.rows += [.processes[0].faults.rows[8] | .minor = 412]' memory.json >tenth.json
	run -0 "$VIEWER" check tenth.json 'minor_faults > 0'
	jq '.processes[1].faults.rows[-1].minor = 413' tenth.json >more.json
	run -1 "$VIEWER" check more.json 'minor_faults > 0'
	jq '.processes[1].faults.level = "C"' memory.json >counted.json
	for claim in 'reason(fork_cow).cow_bytes < 1TiB' 'mapping(libfoo.so).cow_bytes > 0' 'reason(huge_page).minor_faults == 0' \
		'minor_faults < 1' 'major_faults < 1' 'call(read).minor_faults == 0' 'process(server).cow_bytes >= 0'; do
		run -1 "$VIEWER" check counted.json "$claim"
		assert_output "copytrace: check failed: $claim: it isn't known in counted.json"
	done
	run -0 "$VIEWER" check counted.json 'mapping(/tmp/data).mapped_in_bytes == 16MiB' 'call(read).calls > 0' 'copied_bytes > 0' \
		'process(server#1).minor_faults > 0'
}

@test "of bytes that page faults moved a line tells where they were only counted" {
	made memory copy
	local said=" were only counted; what they filled with zeros or copied is in no figure"
	jq '.processes[1].faults.level = "C"' memory.json >counted.json
	run -0 "$VIEWER" check counted.json 'copied_bytes > 0' 'call(read).zero_filled_bytes >= 0'
	assert_output "copytrace: counted.json: page faults of 1 of 2 processes$said"
	run -1 "$VIEWER" check counted.json 'diff(memory.json).copied_bytes <= -10%' 'diff(memory.json).to_user_bytes == +0'
	assert_output - <<-END
		copytrace: counted.json: page faults of 1 of 2 processes$said
		copytrace: check failed: diff(memory.json).copied_bytes <= -10%: it isn't known in counted.json
	END
	run -1 "$VIEWER" check memory.json 'diff(counted.json).copied_bytes == +0'
	assert_output - <<-END
		copytrace: counted.json: page faults of 1 of 2 processes$said
		copytrace: check failed: diff(counted.json).copied_bytes == +0: it isn't known in counted.json
	END
	run -0 "$VIEWER" check --print counted.json 'call(read).copied_bytes'
	assert_output 16777216
	run -0 "$VIEWER" check counted.json 'diff(counted.json).copied_bytes == +0'
	jq '.processes[0].faults.level = "C"' counted.json >both.json
	run -0 "$VIEWER" check both.json 'diff(counted.json).copied_bytes == +0'
	run -0 "$VIEWER" diff memory.json counted.json
	assert_line --index 0 "copytrace: counted.json: page faults of 1 of 2 processes$said"
	run -0 --separate-stderr "$VIEWER" diff counted.json counted.json
	assert_equal "$stderr" ""
	run -0 "$VIEWER" check counted.json 'call(read).to_user_bytes >= 0' 'memory.allocations > 0'
	assert_output ""
	run -0 "$VIEWER" check memory.json 'copied_bytes > 0'
	assert_output ""
}

@test "of large blocks those of one size or all are meant" {
	made memory
	jq '.processes[0].memory.large_blocks |= [.[0], (.[0] | .bytes = 2097152 | .blocks = 3 | .reserved_bytes = 6291456
		| .faulted_bytes = 4096 | .backed_bytes = 4096 | .looked_at = 2 | .freed = 3)]' memory.json >two.json
	run -0 "$VIEWER" check two.json 'block(8GiB).blocks == 1' 'block(2 MiB).reserved_bytes == 6MiB' 'block(2MiB).freed == 3' \
		'blocks.faulted_bytes == 83890176' 'blocks.blocks == 4' 'diff(memory.json).blocks.blocks == +3'
	jq '.processes[0].memory.large_blocks |= reverse' two.json >turned.json
	run -0 report --by allocation turned.json
	assert_output --regexp " 8.00 GiB .* 4.00 KiB of 2 "
	# Not behind each was looked.
	run -1 "$VIEWER" check two.json 'block(2MiB).backed_bytes == 4096'
	assert_output --partial "it isn't known in two.json"
	run -0 "$VIEWER" check two.json 'block(3MiB).blocks == 0'
	assert_output "copytrace: block(3MiB).blocks == 0: no blocks of that size in two.json; they count as 0"
	run -0 "$VIEWER" check two.json 'block(1MiB).blocks == 0'
	run -2 "$VIEWER" check two.json 'block(4KiB).blocks == 0'
	assert_output "copytrace: block(4KiB).blocks == 0: there is no block '4KiB'"
	run -2 "$VIEWER" check two.json 'block(8ns).blocks == 0'
	assert_output --partial "the unit ns doesn't fit bytes"
	run -2 "$VIEWER" check two.json 'block(main).blocks == 0'
	assert_output --partial "'main' isn't the size of a block"
	run -2 "$VIEWER" check two.json 'blocks.maps == 0'
	assert_output --partial "'maps' isn't a number of large blocks; there are blocks, reserved_bytes, faulted_bytes, backed_bytes, freed"
	jq '.processes[0].coverage.large_blocks_folded = 1' memory.json >folded.json
	run -1 "$VIEWER" check folded.json 'blocks.blocks < 1000' 'block(8GiB).reserved_bytes == 0'
	assert_line --index 0 "copytrace: check failed: blocks.blocks < 1000: it isn't known in folded.json"
	assert_line --index 1 "copytrace: check failed: block(8GiB).reserved_bytes == 0: it isn't known in folded.json"
}

@test "a reason that can't be is refused, a mapping that isn't there is 0 and said to be" {
	made memory
	run -0 "$VIEWER" check memory.json 'reason(huge_page).minor_faults == 0'
	assert_output ""
	run -2 "$VIEWER" check memory.json 'reason(whim).minor_faults == 0'
	assert_output "copytrace: reason(whim).minor_faults == 0: there is no reason 'whim'"
	run -0 "$VIEWER" check memory.json 'mapping(/lib/none).cow_bytes == 0'
	assert_output "copytrace: mapping(/lib/none).cow_bytes == 0: no mapping of that name in memory.json; it counts as 0"
	run -0 "$VIEWER" check memory.json 'mapping(foo.so).cow_bytes == 0'
	assert_output --partial "no mapping of that name"
	run -2 "$VIEWER" check memory.json 'reason(fork_cow).maps == 0'
	assert_output --partial "'maps' isn't a number of a reason; there are minor_faults, major_faults, zero_filled_bytes, cow_bytes, reused_pages"
	run -2 "$VIEWER" check memory.json 'memory.minor == 0'
	assert_output --partial "isn't a field of memory; there are allocations,"
}

@test "a comparison tells what changed in memory, by page fault and by stack of allocations" {
	made memory
	jq '.processes[0] |= ((.faults.rows[] | select(.reason == "zero_fill" and .call == null) | .minor, .zero_filled_bytes) |= . / 2
		| .memory.never_freed = {blocks: 1, bytes: 16} | .memory.by_stack[2].allocations = 70)' memory.json >less.json
	run -0 "$VIEWER" diff --by fault,memory,allocation memory.json less.json
	assert_line --regexp "^  never_freed_blocks +101 +1 +-100 +-99.0 %$"
	refute_output --partial "temporary_allocations"
	assert_line --regexp "^  24,576  14,336  -10,240  -41.7 % +0  -40.0 MiB +0  zero_fill  \(anonymous\)$"
	assert_line --regexp "^  16,384   8,192 +-8,192  -50.0 % +0  -32.0 MiB +0  zero_fill  \[heap\]$"
	assert_line --regexp "0 B +0 %  16 B -> 16 B at most, 700 -> 70 allocations of "
	assert_line "           format"
	run -0 jq -c '.memory.never_freed_blocks.delta, .by_fault[0].mapping, .by_fault[0].zero_filled_bytes.delta,
		.by_allocation[0].stack, .by_allocation[0].allocations.delta' <("$VIEWER" diff --json memory.json less.json)
	assert_output "$(printf '%s\n' -100 '"(anonymous)"' -41943040 '["format","main"]' -630)"
	jq '.processes[0].memory.by_stack |= (.[0].temporary = 1 | .[1].peak_bytes += 1 | .[2].peak_bytes += 2)' memory.json >peaks.json
	run -0 jq -c '[.by_allocation[].stack[0]]' <("$VIEWER" diff --json memory.json peaks.json)
	assert_output '["format","name","table"]'
	# Peaks of two processes aren't added up.
	jq '.processes[1].memory.by_stack = [.processes[0].memory.by_stack[1] | .peak_bytes = 1]' memory.json >both.json
	run -0 jq -c '.by_allocation[] | [.peak_bytes.delta, .allocations.delta]' <("$VIEWER" diff --json memory.json both.json)
	assert_output '[0,200]'
}

@test "the page faults that two runs of one program differ by are no change" {
	made memory
	jq '(.processes[].faults.rows[] | select(.minor > 2000)).minor += 15
		| .processes[0].by_call[0] |= (.minor_faults += 3 | .major_faults += 1 | .zero_filled_bytes += 12288)
		| .processes[0].by_call[2] |= (.minor_faults += 2 | .zero_filled_bytes += 8192)
		| .processes[0].memory.backed_bytes += 8192 | .processes[0].faults.rows += [{reason: "file_map", mapping: 1, layer: null,
			call: null, stack: null, minor: 3, major: 0, zero_filled_bytes: 0, cow_bytes: 0, reused_pages: 0}]' memory.json >again.json
	run -0 "$VIEWER" diff --by call,memory,fault memory.json again.json
	assert_line "  (no change in 3 rows)"
	assert_line "  (no change)"
	assert_line --regexp "^  \(no change in 9 rows\)$"
	# The most that is no change is 16 in each process that has some, or 1 % of the larger number.
	local delta
	for delta in '6 16 (no.change)' '6 17 .*zero_page' '4 32 (no.change)' '4 33 .*file_cow' '1 -245 (no.change)' '1 -246 .*zero_fill'; do
		read -r row by said <<<"$delta"
		jq ".processes[0].faults.rows[$row].minor += $by" memory.json >edge.json
		run -0 "$VIEWER" diff --by fault memory.json edge.json
		assert_output --regexp "$said"
	done
	# That is of a process, however many rows of it are of one place.
	jq '.processes[0].faults.rows += [.processes[0].faults.rows[6]]' memory.json >rows.json
	jq '.processes[0].faults.rows[6].minor += 17' rows.json >edge.json
	run -0 "$VIEWER" diff --by fault rows.json edge.json
	assert_output --regexp ' zero_page '
	# The program is the program, whatever its name.
	jq '.processes[].exe = "/tmp/old" | .processes[].memory.mappings[].name |= sub(".*foo.so"; "/tmp/old")' memory.json >old.json
	sed 's|/tmp/old|/tmp/new|' old.json >new.json
	run -0 "$VIEWER" diff --by fault old.json new.json
	assert_line --regexp "^  \(no change in 8 rows\)$"
	# More zeros than page faults could have filled, or no whole pages, are the call's own.
	jq '.processes[0].by_call[0] |= (.minor_faults += 1 | .zero_filled_bytes += 100)' memory.json >part.json
	run -0 "$VIEWER" diff --by call memory.json part.json
	assert_line --regexp "\+100 B +read$"
	jq '.processes[0].by_call[0].zero_filled_bytes += 4096' memory.json >zeros.json
	run -0 "$VIEWER" diff --by call memory.json zeros.json
	assert_line --regexp "\+4.00 KiB  read$"
}
