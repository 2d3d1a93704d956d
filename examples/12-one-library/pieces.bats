# pieces.bats - holds libpieces.so to what it costs: LD_LIBRARY_PATH=reused bats pieces.bats
load copytrace

setup() {
	cd "$BATS_TEST_DIRNAME" || return
	yes | head -c 16M >"$BATS_TEST_TMPDIR/data"
	copytrace_run -0 ./lines "$BATS_TEST_TMPDIR/data"
	[ "$output" = 8388608 ]
}

@test "the file is copied once" {
	assert_copies_at_most 16MiB 'call(read)'
}

@test "no more is copied and filled with zeros than before" {
	assert_no_more_than_before lines.json copied_bytes 'call(read).zero_filled_bytes'
}
