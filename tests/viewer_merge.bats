# viewer_merge.bats - what several files, or a directory, have in them is one trace.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

report() {
	"$VIEWER" report "$@"
}

@test "several files are merged" {
	made copy one_byte
	run -0 report copy.json one_byte.json
	assert_line --regexp "^  to user +68.0 KiB "
	assert_line --partial "By process"
}

@test "merging makes equal frames and stacks one" {
	made copy
	for pid in 101 102; do
		jq ".processes[0].pid = $pid" copy.json >$pid.json
	done
	report --json copy.json 101.json 102.json >merged.json
	run -0 jq -c '[(.frames | length), (.stacks | length), (.processes | length), .totals.to_user_bytes]' merged.json
	assert_output "[3,2,3,196608]"
	# Of another build they are others; what one file doesn't say of them, another may.
	jq '.processes[0].pid = 103 | .frames[].build_id = "ff" | .frames[0] += {file: "copy.c", line: 7}' copy.json >103.json
	jq '.processes[0].pid = 104 | .frames[] |= (.build_id = "ff" | .function = null)' copy.json >104.json
	run -0 jq -c '[.frames[] | [.function, .line]]' <(report --json 104.json 103.json copy.json)
	assert_output '[["copy_loop",7],["main",null],["copy_loop",null],["copy_loop",null],["main",null],["copy_loop",null]]'
}

@test "a record that was given twice is counted once, and that is said" {
	made copy
	cp copy.json again.json
	run -0 --separate-stderr report --json copy.json again.json
	assert_equal "$stderr" "copytrace: again.json: 1 of its records is in a file before it, and counted once"
	run -0 jq -c '[(.processes | length), .totals.to_user_bytes]' <<<"$output"
	assert_output "[1,65536]"
	# On another machine or of another moment it is another, be its number the same.
	made tree
	jq '.host.name = "other" | .untraced_processes[0].start += 1' tree.json >other.json
	run -0 jq -c '[(.processes, .untraced_processes) | length]' <(report --json tree.json other.json)
	assert_output "[6,2]"
}

@test "a directory is read as the records that are in it, traces and regions" {
	local d=$BATS_TEST_TMPDIR/left
	mkdir "$d"
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$d cat /etc/hostname >/dev/null
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$d sh -c 'kill -9 $$' || true
	echo '{"other": "file"}' >"$d/package.json"
	echo '{' >"$d/copytrace.x.1.json.1.partial"
	run -0 "$VIEWER" report --json "$d"
	run -0 jq -r '[.processes[].exit.how] | sort | join(" ")' <<<"$output"
	assert_output "exit killed"
	"$VIEWER" recover "$d" >/dev/null
	mkdir "$d/empty"
	run -2 "$VIEWER" report "$d/empty"
	assert_output "copytrace: $d/empty: has no trace in it"
}

@test "what can't be read in a directory, or among files, is named, and the rest reported" {
	local d=$BATS_TEST_TMPDIR/left
	mkdir "$d"
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$d cat /etc/hostname >/dev/null
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$d env true
	local whole=("$d"/*.json)
	echo '{' >"$d/copytrace.broken.1.json"
	echo nonsense >"$d/copytrace.broken.2.live"
	run -2 --separate-stderr "$VIEWER" report --json "$d"
	assert_equal "$(jq '.processes | length' <<<"$output")" 3
	assert_equal "${#stderr_lines[@]}" 2
	assert_regex "$stderr" "$d/copytrace.broken.1.json: .*$d/copytrace.broken.2.live: isn't a live region"
	run -2 --separate-stderr "$VIEWER" report --json "${whole[0]}" "$d/missing" "${whole[1]}"
	assert_equal "$(jq '.processes | length' <<<"$output")" 2
	assert_equal "$stderr" "copytrace: $d/missing: can't be opened: No such file or directory"
	# A part isn't enough for those that compare.
	run -2 "$VIEWER" check "$d" 'calls > 0'
	assert_line "copytrace: $d: not all in it can be read"
	run -2 "$VIEWER" diff "${whole[0]}" "$d"
	assert_line "copytrace: $d: not all in it can be read"
	rm "$d"/copytrace.broken.*
	run -0 "$VIEWER" report --json "$d"
	run -0 "$VIEWER" check "$d" "diff($d).calls == 0%" "calls == $(jq .totals.calls <<<"$output")"
	run -0 "$VIEWER" diff --json "${whole[0]}" "$d"
}

@test "a trace of a program that can't be traced is one of its directory's" {
	cd "$BATS_TEST_TMPDIR" || return
	gcc -static -o static -x c - <<<'int main(void) { return 3; }' || skip "no static libc"
	mkdir left
	run -3 "$VIEWER" record --anyway -o left/copytrace.static.1.json -- ./static
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$PWD/left cat /etc/hostname
	run -0 "$VIEWER" report --json left
	run -0 jq -c '[(.processes | length), (.untraced_processes | length)]' <<<"$output"
	assert_output "[1,1]"
}
