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
