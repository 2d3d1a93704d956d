# viewer_diff.bats - what copytrace diff makes of two traces, in both directions.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	made copy sendfile rebuilt one_byte tree
}

diff_of() {
	"$VIEWER" diff "$@"
}

@test "the totals have every column, before, after and as a difference" {
	run -0 diff_of --by total copy.json one_byte.json
	assert_line --regexp "^  copied_bytes +128 KiB +4.00 KiB +-124 KiB +-96.9 %$"
	assert_line --regexp "^  calls +4 +4,106 +\+4,102 +x1026$"
	assert_line --regexp "^  errors +0 +0 +0 +0 %$"
	local column names
	declared 16 's/^COLUMN\(([a-z_]+),.*/\1/p' "$ROOT/preload/shared/columns.def"
	for column in "${names[@]}"; do
		assert_line --regexp "^  $column "
	done
}

@test "the other way round, the signs are turned" {
	run -0 diff_of --by total one_byte.json copy.json
	assert_line --regexp "^  copied_bytes +4.00 KiB +128 KiB +\+124 KiB +\+3100 %$"
}

@test "a column that was 0 is new" {
	run -0 diff_of --by total copy.json sendfile.json
	assert_line --regexp "^  by_reference_bytes +0 B +64.0 KiB +\+64.0 KiB +new$"
	assert_line --regexp "^  to_user_bytes +64.0 KiB +0 B +-64.0 KiB +-100 %$"
}

@test "calls that appear and vanish are marked" {
	run -0 diff_of --by call copy.json sendfile.json
	assert_line --regexp " gone .* read$"
	assert_line --regexp " gone .* write$"
	assert_line --regexp " new .* sendfile$"
	run -0 diff_of --by call sendfile.json copy.json
	assert_line --regexp " new .* read$"
	assert_line --regexp " gone .* sendfile$"
}

@test "objects are compared by kind" {
	run -0 diff_of --by kind copy.json tree.json
	assert_line --regexp "^  64.0 KiB +0 B +-64.0 KiB +gone .* tcp$"
	assert_line --regexp "^  64.0 KiB +9.77 KiB +-54.2 KiB +-84.7 % .* regular$"
}

@test "a rebuilt program has the same stacks, wherever its functions are now" {
	run -0 diff_of --by stack,function copy.json rebuilt.json
	assert_line --index 0 --partial "By calling function"
	assert_line --index 1 "  (no change in 2 rows)"
	assert_line --index 3 "  (no change in 2 rows)"
	jq '.frames[].function |= sub("isra.0"; "constprop.0.cold")' rebuilt.json >again.json
	run -0 diff_of --by stack,function again.json rebuilt.json
	assert_line --index 3 "  (no change in 2 rows)"
	# Where functions have no names, a program is one whatever its own.
	jq '.frames[].function = null' copy.json >plain.json
	sed 's|/tmp/copy|/tmp/new|' plain.json >renamed.json
	run -0 diff_of --by stack,function plain.json renamed.json
	assert_line --index 3 "  (no change in 2 rows)"
}

@test "two programs are compared by the names of their functions" {
	run -0 diff_of --by function copy.json sendfile.json
	assert_line --regexp " gone .* read in copy_loop$"
	assert_line --regexp " new .* sendfile in copy_loop$"
	run -0 diff_of --by stack copy.json sendfile.json
	assert_line --regexp "^ +0 B +new  sendfile  nothing -> 64.0 KiB by reference, 0 -> 1 calls$"
	assert_line "           copy_loop"
	assert_line "           main"
}

@test "what changed most comes first" {
	jq '(.processes[0].by_call[] | select(.name == "write") | .from_user_bytes) = 1' copy.json >less.json
	jq '(.processes[0].by_call[] | select(.name == "read") | .to_user_bytes) = 65535' less.json >after.json
	run -0 diff_of --by call copy.json after.json
	assert_line --index 2 --regexp " write$"
	assert_line --index 3 --regexp " read$"
}

@test "unchanged rows are left out and counted, times and faults don't count" {
	jq '(.. | objects | select(has("time_ns")) | .time_ns) = 77 | .totals.minor_faults = 9' copy.json >slower.json
	run -0 diff_of copy.json slower.json
	assert_line "  (no change in 2 rows)"
	assert_line --regexp "^  time_ns +10.0 us +77 ns "
	jq '(.processes[0].by_call[] | select(.name == "read") | .calls) = 3' copy.json >more.json
	run -0 diff_of --by call copy.json more.json
	assert_line "  (1 row unchanged)"
}

@test "rows beyond the limit are counted" {
	run -0 diff_of --by call --limit 1 copy.json sendfile.json
	assert_line "  (2 more rows, --limit 0 shows all)"
	run -0 diff_of --by call --limit 0 copy.json sendfile.json
	refute_output --partial "more row"
}

@test "--json has before, after, delta and relative of each column" {
	run -0 diff_of --json copy.json one_byte.json
	run -0 jq -c '.totals.calls, .totals.by_reference_bytes' <<<"$output"
	assert_line --index 0 '{"before":4,"after":4106,"delta":4102,"relative":1025.5}'
	assert_line --index 1 '{"before":0,"after":0,"delta":0,"relative":null}'
}

@test "--json has rows by call, kind, function and stack, and says what became of each" {
	diff_of --json copy.json sendfile.json >out.json
	run -0 jq -r '.by_call[] | "\(.layer) \(.name) \(.status) \(.from_user_bytes.delta)"' out.json
	assert_line "library write gone -65536"
	assert_line "library sendfile new 0"
	run -0 jq -r '.by_kind[] | "\(.kind) \(.status)"' out.json
	assert_line "regular gone"
	assert_line "tcp changed"
	run -0 jq -c '.by_stack[] | select(.name == "read") | .stack' out.json
	assert_output '["copy_loop","main"]'
	run -0 jq -r '.by_function[] | "\(.name) \(.function)"' out.json
	assert_line "sendfile copy_loop"
	run -0 jq -c 'keys' out.json
	assert_output '["by_allocation","by_call","by_fault","by_function","by_kind","by_stack","files","memory","totals","unchanged"]'
}

@test "a stack that is missing says why in --json too" {
	diff_of --json copy.json one_byte.json >out.json
	run -0 jq -c '.by_stack[] | select(.stack == null) | .why' out.json
	assert_output '"stacks are off"'
}

@test "anything but two files is a usage error in one line" {
	local arguments
	for arguments in "" "copy.json" "copy.json copy.json copy.json" "--by cells copy.json copy.json" \
		"--frobnicate copy.json copy.json" "copy.json missing.json" "missing.json copy.json"; do
		# shellcheck disable=SC2086
		run -2 diff_of $arguments
		assert_equal "${#lines[@]}" 1
		assert_output --regexp "^copytrace: "
	done
}

@test "copies inside the process have a table of their own" {
	jq '.processes[0].by_call += [.processes[0].by_call[0] | .layer = "process" | .name = "memcpy" | .to_user_bytes = 0
		| .in_process_bytes = 1048576]' copy.json >with.json
	jq '(.processes[0].by_call[] | select(.layer == "process")).in_process_bytes = 3145728' with.json >more.json
	run -0 "$VIEWER" diff --by call with.json more.json
	assert_line --index 1 "  (no change in 2 rows)"
	assert_line --index 2 "By call, inside the process: copied bytes before and after, and what changed"
	assert_line --index 4 --regexp "^  1.00 MiB  3.00 MiB  \+2.00 MiB  \+200 %  memcpy$"
	run -0 "$VIEWER" diff --by call copy.json with.json
	assert_line --regexp " new .*  memcpy$"
}

@test "rows that moved alike keep their order, whatever a few page faults copied inside one of them" {
	local order
	"$PYTHON" "$ROOT/tests/fixtures/viewer/build" copy >before.json
	"$PYTHON" "$ROOT/tests/fixtures/viewer/build" sendfile >after.json
	order=$("$VIEWER" diff --by call before.json after.json | awk '/ (gone|new) / { print $NF }')
	assert_equal "$order" $'read\nwrite\nsendfile'
	jq '(.processes[].by_call[] | select(.name == "write")) |= (.cow_bytes = 4096 | .minor_faults = 1)' before.json >touched.json
	run -0 "$VIEWER" diff --by call touched.json after.json
	assert_equal "$(awk '/ (gone|new) / { print $NF }' <<<"$output")" "$order"
}
