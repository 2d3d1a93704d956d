# ledger_movers.bats - calls that move bytes without user space: the row's object is the sink.
load helpers/common

setup() {
	DISK=$BATS_TEST_TMPDIR/data
	DEFINE=("KIND=$(disk_kind)" "FILE=$DISK")
}

teardown() {
	remove_regions
	cleanup_memory
}

@test "sendfile into a file, sockets, a pipe and /dev/null" {
	ledger sendfiles "$DISK"
}

@test "splice, tee and vmsplice in both directions" {
	ledger splices "$DISK"
}

@test "splice from and to every kind: by reference, copied inside the kernel, or zero-filled" {
	ledger splice_ends
}

@test "copy_file_range on disk" {
	ledger copy_ranges "$DISK"
}

@test "copy_file_range on tmpfs" {
	memory_directory
	DEFINE=(KIND=tmpfs "FILE=$MEMORY/data")
	ledger copy_ranges "$MEMORY/data"
}

@test "what is shared and not copied, where files can share blocks" {
	cd "$BATS_TEST_TMPDIR" || return
	source "$ROOT/examples/02-file-to-file/sharing.sh"
	mount_shared || skip "$why_not"
	ledger shared_blocks "$PWD/shared/data"
	unmount_shared
}

@test "process_vm_readv and process_vm_writev" {
	ledger remote_memory
}
