# endings_killed.bats - killed at any instant, a program leaves a record that is whole, or had not begun.
load helpers/common

# KILLS is how many; `make test-long` raises it.
@test "programs killed at random instants leave records that are whole and agree with their own count" {
	build_program busy
	run -0 "$PYTHON" "$ROOT/tests/helpers/kill_at_random" --kills "${KILLS:-50}" --directory "$BATS_TEST_TMPDIR" \
		--library "$LIBRARY" --viewer "$VIEWER" --program "$program"
	assert_line --regexp '^[0-9]+ kills, 0 wrong'
	assert_line --partial 'ended by killed, in a region'
}
