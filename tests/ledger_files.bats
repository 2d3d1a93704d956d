# ledger_files.bats - what reads and writes cost, by spelling and by the kind of what is read or written.
load helpers/common

setup() {
	DISK=$BATS_TEST_TMPDIR/data
}

teardown() {
	remove_regions
	cleanup_memory
}

# Runs a program once on a file on disk and once on one in memory.
ledger_on_both() {
	DEFINE=("KIND=$(disk_kind)" "FILE=$DISK")
	ledger "$1" "$DISK"
	forget_traces
	memory_directory
	DEFINE=(KIND=tmpfs "FILE=$MEMORY/data")
	ledger "$1" "$MEMORY/data"
}

@test "read and write of a regular file and of one on tmpfs" {
	ledger_on_both read_write
}

@test "positioned and vectored reads and writes, in every spelling" {
	ledger_on_both positioned
}

@test "4096 reads of one byte are visible as such" {
	ledger one_byte "$DISK"
}

@test "sizes fall into the bucket that they begin" {
	ledger size_buckets
}

@test "the fortified spellings share the rows of the plain ones" {
	build_program fortified
	for name in read pread pread64 recv recvfrom readlink readlinkat fread fgets fprintf vfprintf dprintf printf; do
		nm -D "$program" | grep -q "U __${name}_chk"
	done
	ledger fortified "$DISK" "$BATS_TEST_TMPDIR/link"
}

@test "O_DIRECT copies nothing with the CPU" {
	[ "$(disk_kind)" = regular ] || skip "the test's directory is on tmpfs, where O_DIRECT is an ordinary copy"
	DEFINE=("FILE=$DISK")
	ledger direct "$DISK"
}

@test "devices: null discards, zero and full fill with zeros, random copies" {
	ledger devices
}

@test "eventfd, timerfd, signalfd, inotify, memfd and /proc" {
	ledger kernel_objects "$BATS_TEST_TMPDIR/directory"
}

@test "failed calls are errors with no bytes, and errno is the kernel's" {
	ledger failing_calls "$DISK"
}

@test "a number that stands for another file, pipe or device has the bytes of each apart" {
	ledger reused_descriptors
}

@test "when there are too many files for a table the totals stay exact" {
	memory_directory
	DEFINE=(KIND=tmpfs)
	ledger many_objects "$MEMORY/data"
}

@test "more files than there are rows for" {
	mkdir "$BATS_TEST_TMPDIR/many"
	ledger many_files "$BATS_TEST_TMPDIR/many"
	only_trace
	run -0 jq '.processes[0].coverage.cells_folded > 0' "$trace"
	assert_output true
}

@test "a region that finds no room in memory goes to the disk, and one that runs out of it loses nothing" {
	unshare -m true 2>/dev/null || skip "mounting needs privileges"
	build_program many_files
	traces_directory
	mkdir "$BATS_TEST_TMPDIR/many"
	for size in 32k 64k 200k; do
		rm -f "$TRACES"/*
		run -0 unshare -m sh -c "mount -t tmpfs -o size=$size none /dev/shm &&
			LD_PRELOAD='$LIBRARY' COPYTRACE_DIR='$TRACES' exec '$program' '$BATS_TEST_TMPDIR/many'"
		assert_output ""
		expect --source "$ROOT/tests/programs/many_files.c" "$TRACES"
	done
}
