# viewer_help.bats - the help, the manual page and the tables agree, and wrong usage is told in one line.
load helpers/common

COMMANDS="record report diff check recover help"

@test "the help lists the commands, and each has help of its own" {
	run -0 "$VIEWER" --help
	local command plain=$output
	for command in $COMMANDS; do
		assert_line --regexp "^  $command "
	done
	run -0 "$VIEWER" help
	assert_output "$plain"
	for command in $COMMANDS; do
		run -0 "$VIEWER" help "$command"
		assert_line --index 0 --regexp "^usage: copytrace $command "
		plain=$output
		run -0 "$VIEWER" "$command" --help
		assert_output "$plain"
	done
}

@test "every option in the help is in the manual page, and the other way round" {
	local page=$ROOT/viewer/copytrace.1
	for command in $COMMANDS; do
		"$VIEWER" help "$command"
	done | grep -oE -- '(^|[ ,])--?[a-z]+' | tr -d ' ,' | sort -u >"$BATS_TEST_TMPDIR/help"
	{ cat "$BATS_TEST_TMPDIR/help" && echo --help && echo --version; } | sort -u >"$BATS_TEST_TMPDIR/expected"
	sed -e 's/$([^)]*)//g' -e 's/\\f[BIRP]//g' -e 's/\\-/-/g' "$page" | sed '/^\.SH EXAMPLES/,$d' |
		grep -oE -- '(^|[ (])--?[a-z]+' | tr -d ' (' | sort -u >"$BATS_TEST_TMPDIR/page"
	run -0 diff "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/page"
}

@test "the manual page is well formed and of this version" {
	run -0 "$VIEWER" --version
	assert_output --regexp "^copytrace [0-9]+\.[0-9]+\.[0-9]+$"
	run -0 grep -F "\"$output\"" "$ROOT/viewer/copytrace.1"
	command -v groff >/dev/null || skip "groff isn't installed"
	run -0 groff -man -Tutf8 -ww -z "$ROOT/viewer/copytrace.1"
	assert_output ""
}

@test "help environment prints every variable and option" {
	run -0 "$VIEWER" help environment
	local name names
	declared 10 's/^(VARIABLE\(([A-Z_]+)|OPTION\([a-z_]+, "([a-z-]+)").*/\2\3/p' "$ROOT/preload/shared/options.def"
	for name in "${names[@]}"; do
		assert_output --partial "$name"
	done
}

@test "help columns prints every column" {
	run -0 "$VIEWER" help columns
	local name names
	declared 16 's/^COLUMN\(([a-z_]+),.*/\1/p' "$ROOT/preload/shared/columns.def"
	for name in "${names[@]}"; do
		assert_line --regexp "^  $name "
	done
	assert_line --regexp "^  copied_bytes "
}

@test "help calls prints every call, wrapped or left out, with the reason" {
	"$VIEWER" help calls >"$BATS_TEST_TMPDIR/calls"
	sed -nE 's/^(CALL|CHARACTER_IN|CHARACTER_OUT|SPECIAL|FOLLOWED|ALIAS|LEFT_OUT|SYSCALL|COPY|COPY_ALIAS)\((\w+),.*/\2/p' \
		"$ROOT/preload/shared/calls.def" | sort -u >"$BATS_TEST_TMPDIR/declared"
	sed -nE 's/^  (\w+) +.*/\1/p' "$BATS_TEST_TMPDIR/calls" | sort -u >"$BATS_TEST_TMPDIR/printed"
	run -0 diff "$BATS_TEST_TMPDIR/declared" "$BATS_TEST_TMPDIR/printed"
	run -0 grep -E '^  __read_chk +as read$' "$BATS_TEST_TMPDIR/calls"
	run -0 grep -E '^  cfree +gone from' "$BATS_TEST_TMPDIR/calls"
}

@test "an unknown command or topic is refused" {
	run -2 "$VIEWER" frobnicate
	assert_output "copytrace: 'frobnicate' isn't a command; copytrace --help lists them"
	run -2 "$VIEWER" help frobnicate
	assert_equal "${#lines[@]}" 1
	run -2 "$VIEWER"
	assert_line --index 0 --partial "usage: copytrace"
}

@test "no line of the help is too wide for a terminal" {
	local topic
	for topic in $COMMANDS environment columns calls; do
		run -0 "$VIEWER" help "$topic"
		assert_output
		run -1 grep -nE '^.{101}' <<<"$output"
	done
}

@test "every table that --by takes is in the help and the manual page" {
	local command table tables
	for command in report diff; do
		run -2 "$VIEWER" "$command" --by nothing a b
		tables=${output#*--by takes }
		tables=${tables%, not *}
		assert_regex "$tables" '^[a-z]+(, [a-z]+)+$'
		run -0 "$VIEWER" help "$command"
		assert_equal "$(tr -s ' \n' ' ' <<<"$output" | grep -cF "only these tables: $tables ")" 1
		run -0 awk "/^\.SS /{ in_it = \$2 == \"$command\" } in_it" "$ROOT/viewer/copytrace.1"
		for table in ${tables//,/}; do
			assert_line --regexp "^\.BR $table [,.]$"
		done
	done
}
