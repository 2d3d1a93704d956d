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

@test "calls that are made by their numbers have the bytes that those of the functions have" {
	ledger by_number "$DISK"
}

@test "directories, by readdir and scandir" {
	ledger directories
}

@test "the names that getcwd and realpath ask for" {
	ledger own_names
}

@test "random bytes for arc4random and getentropy" {
	random_by_system_call || skip "this libc has no arc4random, or makes random bytes without a system call"
	ledger random_inside
}

@test "the files and sockets of a look-up, opened by libc under one number" {
	grep -q '^hosts:.*files' /etc/nsswitch.conf || skip "hosts aren't looked up in files here"
	ledger lookups
}

needs_own_world() {
	command -v ip >/dev/null || skip "ip is not installed"
	unshare -mn true 2>/dev/null || skip "mounting needs privileges"
}

# in_own_world SERVER COMMAND... - runs a command where /run, the network and resolv.conf are its own, beside
# a server in Python, which makes /run/up when it is there.
in_own_world() {
	printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/server.py"
	traces_directory
	# shellcheck disable=SC2016
	LIBRARY=$LIBRARY COPYTRACE_DIR=$TRACES unshare -mn bash -c 'mount -t tmpfs none /run && ip link set lo up || exit
		mkdir /run/nscd
		echo nameserver 127.0.0.1 >/run/resolv.conf
		mount --bind /run/resolv.conf /etc/resolv.conf || exit
		'"'$PYTHON'"' "$0" 3>&- &
		for _ in {1..200}; do [ -e /run/up ] && break; sleep 0.05; done
		LD_PRELOAD=$LIBRARY "$@"
		kill %1' "$BATS_TEST_TMPDIR/server.py" "${@:2}"
}

@test "the sockets of a look-up over the network" {
	needs_own_world
	grep -q '^hosts:.*dns' /etc/nsswitch.conf || skip "hosts aren't looked up over the network here"
	# It knows no names. Questions are for addresses of 32 bits and of 128, each of 27 bytes, as are the answers.
	run in_own_world 'import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
open("/run/up", "w")
while True:
    question, asker = server.recvfrom(1000)
    server.sendto(question[:2] + b"\x81\x83" + question[4:], asker)' getent ahosts name.test.
	assert_output ""
	expect --line 'object udp udp 127.0.0.1:53: from_user=2*27 to_user=2*27' \
		--line 'object netlink: from_user=20 to_user=any' \
		--line 'object tmpfs /etc/resolv.conf: to_user=21' "$TRACES"
}

@test "the socket of the name service's cache, which libc opened itself" {
	needs_own_world
	# It hangs up on every question: the request for its tables, of a head and "passwd", then the user's name.
	run in_own_world 'import socket
server = socket.socket(socket.AF_UNIX)
server.bind("/run/nscd/socket")
server.listen(9)
open("/run/up", "w")
while True:
    caller, _ = server.accept()
    caller.recv(1000)
    caller.close()' getent passwd no-such-user
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

@test "requests of libaio that are gone when the call that made them returns" {
	ledger requests_gone "$DISK"
}
