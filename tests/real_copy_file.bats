# examples/copy-file gives the ledger that its README states, and a diff that names the change.
load helpers/common

BYTES=3000007 # no multiple of the buffer

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	local name
	for name in read_write sendfile; do
		gcc -O2 -Wall -Wextra -Werror -o $name "$ROOT/examples/copy-file/$name.c"
	done
	head -c $BYTES /dev/urandom >data
	KIND=$(disk_kind)
}

# The calls that move the bytes: 46 full buffers or the rest, and the end.
READS=$((BYTES / 65536 + 2))
WRITES=$((BYTES / 65536 + 1))

@test "read_write to a file: every byte to user memory and from it" {
	traced ./read_write data copy
	cmp data copy
	expect --line "totals: to_user=$BYTES from_user=$BYTES returned=$((2 * BYTES))" \
		--line "call read: calls=$READS to_user=$BYTES returned=$BYTES" \
		--line "call write: calls=$WRITES from_user=$BYTES returned=$BYTES" \
		--line "object $KIND $BATS_TEST_TMPDIR/data: to_user=$BYTES" \
		--line "object $KIND $BATS_TEST_TMPDIR/copy: from_user=$BYTES" "$TRACES"
}

@test "sendfile to a file: every byte once, in the kernel" {
	traced ./sendfile data copy
	cmp data copy
	expect --line "totals: in_kernel=$BYTES returned=$BYTES" \
		--line "call sendfile: calls=2 in_kernel=$BYTES returned=$BYTES" \
		--line "flow sendfile $KIND $KIND: in_kernel=$BYTES returned=$BYTES" "$TRACES"
}

@test "read_write to a socket: the same copies, and one more in the child" {
	traced ./read_write data -s
	expect --line "processes: processes=2" \
		--line "(parent) totals: to_user=$BYTES from_user=$BYTES returned=$((2 * BYTES))" \
		--line "(parent) object unix_stream: from_user=$BYTES" \
		--line "(child) totals: to_user=$BYTES returned=$BYTES" \
		--line "(child) object unix_stream: to_user=$BYTES" "$TRACES"
}

@test "sendfile to a socket: every byte by reference, and one copy in the child" {
	traced ./sendfile data -s
	expect --line "processes: processes=2" \
		--line "(parent) totals: by_reference=$BYTES returned=$BYTES" \
		--line "(parent) flow sendfile $KIND unix_stream: by_reference=$BYTES returned=$BYTES" \
		--line "(child) totals: to_user=$BYTES returned=$BYTES" "$TRACES"
}

@test "the diff names sendfile as new, read and write as gone" {
	[ -x "$VIEWER" ] || skip "the viewer isn't built"
	traced COPYTRACE_OUT=before.json ./read_write data copy
	traced COPYTRACE_OUT=after.json ./sendfile data copy
	run "$VIEWER" diff "$TRACES/before.json" "$TRACES/after.json"
	assert_success
	assert_line --regexp 'sendfile.*new|new.*sendfile'
	assert_line --regexp '(^|[^a-z_])read[^a-z_].*gone|gone.*[^a-z_]read([^a-z_]|$)'
	assert_line --regexp '(^|[^a-z_])write[^a-z_].*gone|gone.*[^a-z_]write([^a-z_]|$)'
}
