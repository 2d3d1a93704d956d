# ledger_syscalls.bats - what libc asks of the kernel inside itself: each crossing once, in the row of its object.
load helpers/common

setup() {
	DISK=$BATS_TEST_TMPDIR/data
	DEFINE=("KIND=$(disk_kind)" "FILE=$DISK")
}

@test "a hundred thousand characters are twenty-five system calls" {
	ledger buffered "$DISK"
}

@test "where libc is left alone its functions are seen, and nothing that they do inside" {
	build_program buffered
	run -0 traced COPYTRACE_OPTIONS=no-syscall-layer "$program" "$DISK"
	assert_output ""
	expect --line 'function fputc: calls=100000 returned=100000' --line 'function fclose: calls=1' \
		--line 'syscall write:' --line 'syscall close:' --line 'totals: crossings=0' \
		--line 'audit: wchar=100000 explained_from_user=0 unattributed_from_user=100000' "$TRACES"
	run -0 jq -c '.processes[0] | [.coverage.syscall_layer.on, (.coverage.syscall_layer.why | type),
		([.audit.why[] | select(startswith("system calls made inside libc"))] | length)]' "$TRACES"/*.json
	assert_output '[false,"string",1]'
}

@test "directories, by readdir and scandir" {
	ledger directories
}

@test "the names that getcwd and realpath ask for" {
	ledger own_names
}

@test "random bytes for arc4random and getentropy" {
	grep -q arc4random <(nm -D --defined-only "$(gcc -print-file-name=libc.so.6)") || skip "this libc has no arc4random"
	ledger random_inside
}

@test "the files and sockets of a look-up, opened by libc under one number" {
	grep -q '^hosts:.*files' /etc/nsswitch.conf || skip "hosts aren't looked up in files here"
	ledger lookups
}

@test "the socket of the name service's cache, which libc opened itself" {
	unshare -m true 2>/dev/null || skip "mounting needs privileges"
	traces_directory
	# It hangs up on every question: the request for its tables, of a head and "passwd", then the user's name.
	run unshare -m bash -c "mount -t tmpfs none /run && mkdir /run/nscd || exit
		'$PYTHON' -c '
import socket
server = socket.socket(socket.AF_UNIX)
server.bind(\"/run/nscd/socket\")
server.listen(9)
while True:
    caller, _ = server.accept()
    caller.recv(1000)
    caller.close()' 3>&- &
		for _ in {1..100}; do [ -S /run/nscd/socket ] && break; sleep 0.05; done
		LD_PRELOAD='$LIBRARY' COPYTRACE_DIR='$TRACES' getent passwd no-such-user
		kill %1"
	assert_output ""
	expect --line 'object unix_stream /run/nscd/socket: from_user=12+7+12+13' "$TRACES"
}

@test "perror, psignal, error and syslog" {
	ledger complaints
}

@test "the family of scanf, lines and wide characters" {
	ledger scans "$DISK"
}

@test "a file without a name" {
	ledger temporary
}

@test "a library that is loaded late" {
	echo 'int one = 1;' | gcc -shared -fPIC -xc -o "$BATS_TEST_TMPDIR/libone.so" -
	DEFINE+=("LIBRARY=$BATS_TEST_TMPDIR/libone.so")
	ledger loaded "$BATS_TEST_TMPDIR/libone.so"
}

@test "reads and writes of the thread behind aio_read and aio_write" {
	ledger asynchronous
}

@test "a number that libc has used in between stands for what it is now" {
	ledger internal_reuse
}

@test "streams whose bytes come from functions of the program" {
	ledger cookies
}

@test "a signal handler with a stream of its own, while the program is inside stdio" {
	ledger handler_streams
}

@test "a jump out of a line that never comes, and stdio after it" {
	ledger jumped_streams
}

@test "eight threads, each with streams of its own" {
	ledger stream_threads
}

@test "what libaio asks for now and is done later" {
	ledger aio "$DISK"
}

@test "what goes through io_uring, with and without a system call" {
	[ "$(cat /proc/sys/kernel/io_uring_disabled 2>/dev/null)" = 0 ] || skip "io_uring is missing or switched off here"
	ledger uring "$DISK"
}
