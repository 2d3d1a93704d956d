# interposers.bats - other preloaded libraries, before us and behind: what a program does with them stays the same,
# and the ledger agrees with strace of the program with them alone.
load helpers/common

# Where libraries that aren't in the loader's path are.
LIBRARIES=/usr/lib/x86_64-linux-gnu

# outcome LD_PRELOAD COMMAND... - all that can be seen of a command: its output, its status, the files it left.
outcome() {
	local preload=$1 place status=0
	shift
	place=$(mktemp -d "$BATS_TEST_TMPDIR/outcome-XXXXXX")
	traces_directory
	(cd "$place" && exec env "${SETTINGS[@]}" LD_PRELOAD="$preload" COPYTRACE_DIR="$TRACES" "$@") \
		>"$place.out" 2>"$place.err" 3>&- || status=$?
	echo "status $status"
	cat "$place.out" "$place.err"
	(cd "$place" && find . -type f ! -name '*.db' -printf '%p %m %s\n' -exec sha1sum {} + | LC_ALL=C sort)
	rm -rf "$place" "$place.out" "$place.err"
}

# same_beside LIBRARY COMMAND... - in either order; each time something was traced.
same_beside() {
	local other=$1 alone order
	shift
	[ -e "$other" ] || ldconfig -p | grep -q "$other " || skip "$other is not installed"
	alone=$(outcome "$other" "$@")
	[[ $alone == "status ${STATUS:-0}"* ]] || { echo "$alone" && return 1; }
	for order in "$LIBRARY:$other" "$other:$LIBRARY"; do
		forget_traces
		run outcome "$order" "$@"
		assert_output "$alone"
		compgen -G "$TRACES/*.json" >/dev/null
	done
}

# counted_beside LIBRARY PROGRAM ARGUMENT... - our numbers are those that strace has of the program with it alone.
counted_beside() {
	local other=$1 name=$2 order work
	shift 2
	build_program "$name"
	for order in "$LIBRARY:$other" "$other:$LIBRARY"; do
		work=$(mktemp -d "$BATS_TEST_TMPDIR/counted-XXXXXX")
		mkdir "$work/strace" "$work/traced" "$work/traces"
		(cd "$work/strace" && exec strace -f -s 0 -o "$work/log" env "${SETTINGS[@]}" LD_PRELOAD="$other" "$program" "$@") >/dev/null
		(cd "$work/traced" && exec env "${SETTINGS[@]}" LD_PRELOAD="$order" COPYTRACE_DIR="$work/traces" "$program" "$@") >/dev/null
		run "$PYTHON" "$ROOT/tests/helpers/strace_sums" --constructors --calls "$ROOT/preload/shared/calls.def" "$work/log" "$work/traces"
		assert_success
	done
}

teardown() {
	remove_regions
	rm -rf "$BATS_TEST_TMPDIR"/outcome-* "$BATS_TEST_TMPDIR"/sockets
}

@test "libeatmydata: nothing is synchronised, and all else is as ever" {
	same_beside libeatmydata.so sqlite3 t.db 'create table t(a); insert into t values(1); select * from t;'
	counted_beside libeatmydata.so read_write data
}

@test "libfaketime: the program's time is the one it was given, ours is the true one" {
	local faketime=$LIBRARIES/faketime/libfaketimeMT.so.1
	SETTINGS=("FAKETIME=2001-02-03 04:05:06" FAKETIME_NO_CACHE=1)
	same_beside "$faketime" date +%Y-%m-%d
	same_beside "$faketime" "$PYTHON" -c 'import threading, time
thread = threading.Thread(target=lambda: print(time.strftime("%Y")))
thread.start()
thread.join()'
	counted_beside "$faketime" read_write data
	run -0 jq -s 'all(.[].processes[]; .start > 1500000000 and .end > .start)' "$BATS_TEST_TMPDIR"/counted-*/traces/*.json
	assert_output true
}

@test "stdbuf: streams are buffered as it was asked, which is seen in the calls" {
	local stdbuf=/usr/libexec/coreutils/libstdbuf.so
	SETTINGS=(_STDBUF_O=L)
	same_beside $stdbuf sh -c 'seq 1000 | grep 9'
	forget_traces
	env "${SETTINGS[@]}" LD_PRELOAD="$stdbuf:$LIBRARY" COPYTRACE_DIR="$TRACES" seq 1000 >/dev/null
	expect --line 'syscall write: calls=1000 returned=any discarded=any' "$TRACES"
}

@test "fakeroot: files have the owners that they were given, also when the tracer came first" {
	local script='touch file && chown 12:34 file && chmod 4711 file && stat -c "%u %g %a" file &&
		tar cf file.tar file && tar tvf file.tar --numeric-owner | cut -d" " -f1,2 && rm file.tar'
	# Its library needs faked, which fakeroot starts; a traced fakeroot starts one that is traced.
	command -v fakeroot >/dev/null || skip "fakeroot is not installed"
	run -0 outcome "" fakeroot sh -c "$script"
	local alone=$output
	run -0 outcome "$LIBRARY" fakeroot sh -c "$script"
	assert_output "$alone"
	run -0 outcome "" fakeroot sh -c "LD_PRELOAD=\$LD_PRELOAD:$LIBRARY; $script"
	assert_output "$alone"
	compgen -G "$TRACES/copytrace.tar.*.json"
}

@test "socket_wrapper: sockets of the program's own little network" {
	mkdir "$BATS_TEST_TMPDIR/sockets"
	SETTINGS=(SOCKET_WRAPPER_DIR="$BATS_TEST_TMPDIR/sockets" SOCKET_WRAPPER_DEFAULT_IFACE=10)
	same_beside libsocket_wrapper.so "$PYTHON" -c 'import socket, threading
listening = socket.create_server(("127.0.0.10", 7777), reuse_port=False)
def client():
    with socket.create_connection(("127.0.0.10", 7777)) as s:
        s.sendall(b"x" * 100000)
thread = threading.Thread(target=client)
thread.start()
s, _ = listening.accept()
n = 0
while data := s.recv(65536):
    n += len(data)
thread.join()
print(n, s.getsockname())'
}

@test "nss_wrapper: users of the program's own" {
	echo 'wrapped:x:4242:4242:W:/:/bin/sh' >"$BATS_TEST_TMPDIR/passwd"
	SETTINGS=(NSS_WRAPPER_PASSWD="$BATS_TEST_TMPDIR/passwd" NSS_WRAPPER_GROUP=/etc/group)
	same_beside libnss_wrapper.so getent passwd wrapped
}

# Programs with threads, with operators new of their own, with children.
allocator() {
	same_beside "$1" "$PYTHON" -c 'import threading
sums = []
threads = [threading.Thread(target=lambda: sums.append(sum(len(str(i)) for i in range(5000)))) for _ in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
print(sums)'
	same_beside "$1" sh -c 'echo "int main(void) { return 7; }" | gcc -xc - -o main; ./main; echo $?'
	same_beside "$1" git --version
	counted_beside "$1" stream_threads
}

@test "jemalloc, under a script, a compiler and threads" {
	allocator libjemalloc.so.2
}

@test "mimalloc, under a script, a compiler and threads" {
	allocator libmimalloc.so.2
}

@test "tcmalloc, under a script, a compiler and threads" {
	allocator libtcmalloc_minimal.so.4
}

# sanitized FLAGS... - builds tests/programs/sanitized.cpp so.
sanitized() {
	program=$BATS_TEST_TMPDIR/sanitized
	g++ -O1 -g -pthread "$@" -o "$program" "$ROOT/tests/programs/sanitized.cpp"
}

# finds MISTAKE LD_PRELOAD - the program ends as it does alone, with the same finding in the same line.
finds() {
	local alone status=0
	"$program" "$1" >"$BATS_TEST_TMPDIR/alone" 2>&1 || status=$?
	alone=$(grep -E '^(done|SUMMARY)' "$BATS_TEST_TMPDIR/alone")
	forget_traces
	run -$status traced LD_PRELOAD="$2" "$program" "$1"
	assert_equal "$(grep -E '^(done|SUMMARY)' <<<"$output")" "$alone"
}

@test "AddressSanitizer finds what it finds, its runtime linked in or preloaded before us" {
	local runtime
	runtime=$(gcc -print-file-name=libasan.so)
	[ -e "$runtime" ] || skip "AddressSanitizer's runtime is not installed"
	sanitized -fsanitize=address
	finds none "$runtime:$LIBRARY"
	expect --line 'function fwrite: calls=4 returned=4000 discarded=any crossings=any' "$TRACES"
	finds overrun "$runtime:$LIBRARY"
	# Put beside it by record, or by a traced program's exec, we come behind it.
	run -3 env ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD="$runtime" "$VIEWER" record -o "$BATS_TEST_TMPDIR/t.json" -- "$program"
	assert_output "done"
	run -3 traced sh -c "LD_PRELOAD=$runtime exec $program"
	assert_output "done"
	# Its own complaint, which says what to do.
	run -1 traced "$program"
	assert_output --partial "runtime does not come first"
	sanitized -fsanitize=address -static-libasan
	finds none "$LIBRARY"
	only_trace
	finds overrun "$LIBRARY"
}

@test "ThreadSanitizer finds what it finds, its runtime before us or behind" {
	local runtime
	runtime=$(gcc -print-file-name=libtsan.so)
	[ -e "$runtime" ] || skip "ThreadSanitizer's runtime is not installed"
	sanitized -fsanitize=thread
	"$program" >/dev/null 2>&1 || [ $? -eq 3 ] || skip "ThreadSanitizer doesn't run on this kernel"
	for order in "$runtime:$LIBRARY" "$LIBRARY"; do
		finds none "$order"
		only_trace
		finds race "$order"
	done
}

@test "valgrind finds what it finds in a traced program without stacks, and nothing of ours" {
	command -v valgrind >/dev/null || skip "valgrind is not installed"
	sanitized
	traces_directory
	run -3 traced COPYTRACE_STACKS=off valgrind -q --error-exitcode=9 "$program"
	assert_output "done"
	# The audit isn't closed: valgrind reads and writes for itself, in the same process.
	run -0 jq '.processes[0].by_call[] | select(.name == "fwrite") | .returned_bytes' "$TRACES"/copytrace.sanitized.*.json
	assert_output 4000
	run -9 traced COPYTRACE_STACKS=off valgrind -q --error-exitcode=9 "$program" overrun
	assert_equal "$(grep -c '^==[0-9]*== Invalid' <<<"$output")" 1
}

@test "gdb, strace and ltrace run a traced program, and traced themselves any program, as ever" {
	sanitized
	declare -A tool=([gdb]="gdb -q -batch -ex run" [strace]="strace -f -o /dev/null" [ltrace]="ltrace -f -o /dev/null")
	declare -A inner=([gdb]="--args env" [strace]=env [ltrace]=env)
	local name status
	for name in gdb strace ltrace; do
		command -v $name >/dev/null || skip "$name is not installed"
		status=0
		# shellcheck disable=SC2086
		${tool[$name]} "$program" >/dev/null 2>&1 || status=$?
		forget_traces
		# shellcheck disable=SC2086
		run -$status ${tool[$name]} ${inner[$name]} LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$program"
		# gdb tells of threads in the middle of the line.
		assert_line --partial "done"
		expect --line 'function fwrite: calls=4 returned=4000 discarded=any crossings=any' "$TRACES"/copytrace.sanitized.*.json
		forget_traces
		# shellcheck disable=SC2086
		run -$status traced ${tool[$name]} "$program"
		assert_line --partial "done"
		compgen -G "$TRACES/copytrace.sanitized.*.json" >/dev/null
	done
}
