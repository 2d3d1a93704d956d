# ledger_strace.bats - the ledger against strace: the same calls, failures and bytes for each system call.
load helpers/common

setup() {
	command -v strace >/dev/null || skip "strace is not installed"
	strace -o /dev/null true 2>/dev/null || skip "ptrace is refused here"
}

@test "files: the ledger agrees with strace" {
	for name in read_write one_byte positioned failing_calls many_objects; do
		agrees_with_strace "$name" data
	done
}

@test "devices and other kernel objects: the ledger agrees with strace" {
	agrees_with_strace devices
	agrees_with_strace kernel_objects directory
	agrees_with_strace pipes
	agrees_with_strace terminal
	agrees_with_strace queues
}

@test "sockets: the ledger agrees with strace" {
	for name in tcp udp unix_sockets; do
		agrees_with_strace "$name"
	done
}

@test "movers: the ledger agrees with strace" {
	for name in sendfiles splices copy_ranges remote_memory; do
		agrees_with_strace "$name" data
	done
}

@test "what libc does inside itself: the ledger agrees with strace" {
	for name in buffered stdio_characters stdio_inlined stdio_blocks scans; do
		agrees_with_strace "$name" data
	done
	for name in stdio_formats directories own_names lookups complaints temporary asynchronous internal_reuse cookies; do
		agrees_with_strace "$name"
	done
	if random_by_system_call; then
		agrees_with_strace random_inside
	fi
	echo 'int one = 1;' | gcc -shared -fPIC -xc -o "$BATS_TEST_TMPDIR/libone.so" -
	agrees_with_strace loaded "$BATS_TEST_TMPDIR/libone.so"
}

@test "threads and processes: the ledger agrees with strace" {
	agrees_with_strace stream_threads
	agrees_with_strace threads
	agrees_with_strace late_peer fifo
	for call in execve execl; do
		agrees_with_strace images "$call"
	done
	for way in vfork posix_spawn; do
		agrees_with_strace spawning "$way"
	done
}
