# viewer_memory.bats - what the viewer makes of page faults, mappings and allocations.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Prints one of the traces of fixtures/viewer/build into NAME.json.
made() {
	local name
	for name; do
		"$PYTHON" "$ROOT/tests/fixtures/viewer/build" "$name" >"$name.json" || return
	done
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
}

@test "where little is known of memory, little is said" {
	made copy
	run -0 report copy.json
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

@test "mappings say how much was mapped, came in, and was the process's own" {
	made memory
	run -0 report --by mapping memory.json
	assert_line --index 0 "By mapping, largest mapped_in_bytes first"
	assert_line --index 1 --regexp "^ +MAPPED +MAPPED IN +OWN +ZEROED +ON WRITE +MINOR +MAJOR +MAPS +KIND +MAPPING$"
	assert_line --regexp "^ +16.0 MiB +16.0 MiB +0 +0 +0 +4 +0 +1  shared +file +/tmp/data$"
	assert_line --regexp "^ +130 MiB +- +- +64.0 MiB +23.0 MiB +22,537 +0 +2  private +heap +\[heap\]$"
}

@test "allocations are by size, by large block and by stack" {
	made memory
	run -0 report --by allocation memory.json
	assert_line --regexp "^ +99.9 % +900  16 B to 31 B$"
	assert_line --regexp "^ +1 +8.00 GiB +8.00 GiB +80.0 MiB +82.0 MiB +0  table < main$"
	assert_line "   3.12 KiB  200 allocations of 3.12 KiB in all, 1.56 KiB in 100 blocks never freed"
	assert_line "       16 B  700 allocations of 10.9 KiB in all, 700 temporary"
	assert_line --regexp "^           format +server$"
}

@test "the end of the report holds page faults against what the kernel counted" {
	made memory
	run -0 report memory.json
	assert_line "not explained: 7 page faults: 7 faults found no room in the ring"
	assert_line "explained 99.98 % of 47,570 page faults (before the record 90; tracer 32; level A)"
	jq '.processes |= .[0:1]' memory.json >one.json
	run -0 report one.json
	refute_output --partial "not explained"
	assert_line "explained 100.00 % of 43,444 page faults (before the record 90; tracer 12; level A)"
	jq '.processes[1].faults += {minor: null, unattributed_minor: null, level: "C"}' memory.json >killed.json
	run -0 report killed.json
	assert_line "explained 100.00 % of 43,444 page faults (before the record 90; tracer 12; level A, C; without 1 of 2 records)"
}
