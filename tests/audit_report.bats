# audit_report.bats - the end of the report: the share of the kernel's figures that is explained, never rounded up.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	made copy tree
}

# Reports on a trace with this change made by jq; the last line is in $last.
reported() {
	jq "$1" "${2:-copy.json}" >changed.json
	run -0 "$VIEWER" report changed.json
	last=${lines[-1]}
}

@test "all is explained where that is so to the byte" {
	reported .
	assert_equal "$last" "explained 100.00 % of what the kernel counted (131,072 of 131,072 bytes; loader 3,232)"
	refute_output --partial "not explained"
}

@test "one byte in a trillion isn't rounded away" {
	reported '.processes[0].audit += {"rchar": 1000000000000, "explained_to_user": 999999999999,
		"unattributed_to_user": 1, "why": ["a cause"]}'
	assert_equal "$last" \
		"explained 99.99 % of what the kernel counted (1,000,000,065,535 of 1,000,000,065,536 bytes; loader 3,232)"
	assert_line --partial "not explained: 1 byte to user: a cause"
}

@test "the share is cut off, not rounded" {
	reported '.processes[0].audit += {"wchar": 0, "explained_from_user": 0, "rchar": 30000, "explained_to_user": 20000,
		"unattributed_to_user": 10000}'
	assert_equal "$last" "explained 66.66 % of what the kernel counted (20,000 of 30,000 bytes; loader 3,232)"
}

@test "what is explained beyond what was counted is shown as such" {
	reported '.processes[0].audit += {"explained_to_user": 65537, "unattributed_to_user": -1}'
	assert_equal "$last" "explained 100.01 % of what the kernel counted (131,073 of 131,072 bytes; loader 3,232)"
	assert_line "explained, and not counted by the kernel: 1 byte to user"
}

@test "too much of one record doesn't make up for what another lacks" {
	reported '.processes[0].audit.unattributed_to_user = 9 | .processes[1].audit.unattributed_to_user = -7
		| .processes[0, 1].audit.why = ["a ring"]' tree.json
	assert_equal "${last%% of*}" "explained 99.99 %"
	assert_output --partial "not explained: 9 bytes to user: a ring; copytrace"
	assert_line "explained, and not counted by the kernel: 7 bytes to user"
	assert_output --partial "unattributed: 2 B to user (<0.1 % of "
}

@test "nor does too much one way make up for what lacks the other" {
	reported '.processes[0].audit += {"unattributed_to_user": 7, "unattributed_from_user": -7}'
	assert_equal "${last%% of*}" "explained 99.99 %"
}

@test "where nothing was counted, nothing is missing" {
	reported '.processes[0].audit += {"rchar": 0, "wchar": 0, "explained_to_user": 0, "explained_from_user": 0}'
	assert_equal "$last" "explained 100.00 % of what the kernel counted (0 of 0 bytes; loader 3,232)"
	reported '.processes[0].audit += {"rchar": 0, "wchar": 0, "explained_to_user": 5, "explained_from_user": 0,
		"unattributed_to_user": -5}'
	assert_equal "$last" "explained more than 100 % of what the kernel counted (5 of 0 bytes; loader 3,232)"
}

@test "the figures of children are taken out of their parent's" {
	reported '.processes[0].audit += {"rchar": 1065536, "reaped_to_user": 1000000}'
	assert_equal "$last" "explained 100.00 % of what the kernel counted (131,072 of 131,072 bytes; loader 3,232)"
	assert_output --partial "children that were waited for moved 977 KiB to user, 0 B from user"
}

@test "records that can't be held against anything are counted as left out" {
	reported . tree.json
	assert_regex "$last" "; without 1 of 3 records\)$"
	reported '.processes[0].audit += {"reaped_to_user": null, "reaped_from_user": null, "unattributed_to_user": 9}' tree.json
	assert_regex "$last" "^explained 100.00 % .*; without 2 of 3 records\)$"
	reported '.processes[0].audit += {"reaped_to_user": null, "reaped_from_user": null, "loader_bytes": null}' tree.json
	assert_equal "$last" "explained 100.00 % of what the kernel counted (205,608 of 205,608 bytes; loader 6,464; without 1 of 3 records)"
	reported '.processes[0].audit += {"reaped_to_user": null, "reaped_from_user": null, "unattributed_from_user": 9}' tree.json
	assert_regex "$last" "; without 2 of 3 records\)$"
	reported '.processes[0].audit += {"rchar": null, "wchar": null, "unattributed_to_user": null,
		"unattributed_from_user": null}'
	assert_equal "$last" "explained: not known, for the kernel's last figures are missing (loader 3,232)"
}

@test "exhaustive mode is suggested where it might find what is missing" {
	local missing='.processes[0].audit += {"unattributed_to_user": 7}'
	reported "$missing"
	assert_output --partial "copytrace record --exhaustive"
	refute_output --partial "exhaustive mode is off"
	reported "$missing"' | .processes[0].coverage.exhaustive = {"on": true}'
	refute_output --partial "--exhaustive"
	reported '.processes[0].audit += {"unattributed_to_user": -7}'
	refute_output --partial "--exhaustive"
}

@test "with --by or --json there is no such line" {
	run -0 "$VIEWER" report --by call copy.json
	refute_output --partial "explained"
}

@test "places of libc that were left alone, rings, and why a mode is off are among what isn't explained" {
	reported '.processes[0].coverage += {"syscall_layer": {"on": true, "sites": {"found": 60, "rewritten": 58, "left_alone": 2}},
		"exhaustive": {"on": false, "why": "the kernel refused"}, "rings": {"io_uring": 3, "aio": 1, "unread": 2, "requests_unmatched": 4}}'
	output=$(tr -s ' \n' ' ' <<<"$output")
	assert_output --partial "2 of 60 places where libc calls the kernel to move data were left alone"
	assert_output --partial "exhaustive mode is off: the kernel refused"
	assert_output --partial "2 io_uring rings can't be looked into, and what goes through them is in no column"
	assert_output --partial "4 requests of asynchronous I/O were seen at one end only"
	reported '.processes[0].coverage += {"syscall_layer": {"on": true, "sites": {"found": 60, "rewritten": 58, "left_alone": 2}},
		"exhaustive": {"on": true}}'
	refute_output --partial "left alone"
}

@test "programs that weren't traced are listed, each once" {
	reported '(.processes[0, 1].coverage.untraced) = [{"path": "/bin/\u001b[2Jx", "why": "is linked statically", "times": 2}]
		| .processes[1].coverage.untraced_folded = 4' tree.json
	output=$(tr -s ' \n' ' ' <<<"$output")
	assert_output --partial 'not traced: /bin/\x1b[2Jx is linked statically (executed 4 times)'
	assert_output --partial "and 4 more programs that weren't traced"
	assert_equal "$(grep -c 'not traced:' <<<"$output")" 1
}
