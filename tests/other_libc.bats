# The system call layer works with other C libraries than the one installed, and takes nothing in them for what it isn't.
load helpers/common
load real/helpers

# The C libraries that make system calls in ways of their own, fetched once; their directory in $OTHER.
other_libc() {
	OTHER=$(flock "$BUILD/other_libc.lock" "$ROOT/tests/other_libc/fetch" "$BUILD" "$1" 2>"$BATS_TEST_TMPDIR/fetch") ||
		skip "the C library of $1 can't be had: $(tail -n 1 "$BATS_TEST_TMPDIR/fetch")"
	LOADER=("$OTHER/ld-linux-x86-64.so.2" --library-path "$OTHER")
}

build_sites() {
	sites=$PROGRAMS/sites
	mkdir -p "$PROGRAMS"
	(cd "$ROOT" && gcc -O1 -g -Wall -Werror -D_GNU_SOURCE -Ipreload -o "$sites.$$.$BATS_TEST_NUMBER" \
		tests/other_libc/sites.c preload/sites/{survey,recognise,functions,known/image}.c preload/syscall/numbers.c \
		preload/shared/table.c) && mv "$sites.$$.$BATS_TEST_NUMBER" "$sites"
}

# survey [--least PERCENT] LIBRARY... - see other_libc/survey; the table is shown.
survey() {
	build_sites
	run "$ROOT/tests/other_libc/survey" "$sites" "$@"
	[ -z "${TABLE:-}" ] || echo "$output" >>"$TABLE"
	assert_success
}

installed() {
	ldd /bin/sh | sed -n 's/.*[[:space:]]\(\/[^ ]*'"$1"'\).*/\1/p'
}

@test "the installed C library: what is recognised is a syscall instruction, and nearly all that move data are" {
	survey --least 90 "$(installed libc.so.6)"
	survey "$(installed ld-linux-x86-64.so.2)"
}

# glibc 2.41 makes most of its calls at two places, so that what is left alone weighs more.
@test "other C libraries: what is recognised is a syscall instruction, and most that move data are" {
	local name library
	for name in debian-11:90 debian-13:75 debian-sid:75 ubuntu-22.04:90 ubuntu-24.04:90; do
		other_libc "${name%:*}"
		survey --least "${name#*:}" "$OTHER/libc.so.6"
		for library in "$OTHER"/ld-linux-x86-64.so.2 "$OTHER"/libpthread.so.0 "$OTHER"/librt.so.1; do
			survey "$library"
		done
	done
}

@test "large libraries that aren't the C library: nothing false is recognised" {
	local library libraries=()
	for library in /usr/lib/x86_64-linux-gnu/lib{crypto.so.3,stdc++.so.6,python3.11.so.1.0,perl.so.5.36,c++.so.1} \
		/usr/lib/x86_64-linux-gnu/lib{LLVM-14.so.1,gcc_s.so.1,m.so.6,sqlite3.so.0,ssl.so.3,dw.so.1} \
		/usr/lib/jvm/java-17-openjdk-amd64/lib/server/libjvm.so /usr/bin/{python3,gdb,perl} "$(command -v node)"; do
		[ ! -e "$library" ] || libraries+=("$(readlink -f "$library")")
	done
	survey "${libraries[@]}"
}

# runs_exactly NAME - programs of this system run by another's loader and C library: exact, and as they do alone.
runs_exactly() {
	other_libc "$1"
	exact "${LOADER[@]}" /usr/bin/cat text noise
	exact "${LOADER[@]}" /usr/bin/sort text -o sorted
	exact "${LOADER[@]}" /usr/bin/ls -lR tree
	exact "${LOADER[@]}" /usr/bin/md5sum noise text
	exact "${LOADER[@]}" "$PYTHON" -c '
import os, socket, subprocess, threading
def count(name):
    with open(name, "rb", buffering=0) as f:
        while f.read(30000): pass
threads = [threading.Thread(target=count, args=(name,)) for name in ("text", "noise", "numbers.csv")]
for t in threads: t.start()
for t in threads: t.join()
a, b = socket.socketpair()
a.sendall(bytes(50000)); a.close()
while b.recv(4096): pass
print(len(open("text").readlines()), len(os.listdir("tree/deep")), os.getcwd() != "")
print(subprocess.run(["cat", "text"], capture_output=True).stdout.count(b"\n"))'
	run -0 jq -e '.processes[0].coverage.syscall_layer.on' <(traced_once "${LOADER[@]}" /usr/bin/cat "$INPUTS/text")
}

traced_once() {
	forget_traces
	traced "$@" >/dev/null
	cat "$TRACES"/*.json
}

@test "glibc of Debian 13: programs are traced exactly" {
	runs_exactly debian-13
}

@test "glibc of Debian sid: programs are traced exactly" {
	runs_exactly debian-sid
}

@test "glibc of Ubuntu 24.04: programs are traced exactly" {
	runs_exactly ubuntu-24.04
}

# cancels NAME ROUNDS - threads are cancelled under that C library as they are without the tracer. Its own watchdog
# ends the program where one hangs.
cancels() {
	[ -z "$1" ] || other_libc "$1"
	build_program sites_cancelled
	run -0 "${LOADER[@]}" "$program" 2
	run -0 traced "${LOADER[@]}" "$program" "$2"
	assert_output "$(($2 * 23)) cancelled"
}

@test "the installed C library: threads in waiting calls can be cancelled" {
	LOADER=()
	cancels "" 60
}

@test "glibc of Debian 13: threads in waiting calls can be cancelled" {
	cancels debian-13 60
}

@test "glibc of Debian sid: threads in waiting calls can be cancelled" {
	cancels debian-sid 60
}

@test "glibc of Ubuntu 24.04: threads in waiting calls can be cancelled" {
	cancels ubuntu-24.04 20
}

# The loader of this one, started as a program, puts the arguments where they aren't looked for; so it is the program's own.
@test "glibc of Ubuntu 22.04: threads in waiting calls can be cancelled" {
	other_libc ubuntu-22.04
	local own=$BATS_TEST_TMPDIR/sites_cancelled
	gcc -O1 -g -Wall -Werror -D_GNU_SOURCE -o "$own" "$ROOT/tests/programs/sites_cancelled.c" -pthread \
		-Wl,--dynamic-linker="$OTHER/ld-linux-x86-64.so.2" -Wl,-rpath,"$OTHER"
	run -0 traced "$own" 60
	assert_output "$((60 * 23)) cancelled"
	run -0 jq -s 'all(.[].processes[]; .coverage.syscall_layer.on)' "$TRACES"/*.json
	assert_output true
}

# steps_through NAME - from every instruction on the way to the kernel main is found, under that C library too.
steps_through() {
	other_libc "$1"
	build_program sites_stepped
	run -0 traced "${LOADER[@]}" "$program" "$BATS_TEST_TMPDIR"
	assert_line "16 ways"
	assert_line --regexp '^0 of [0-9]{4,} steps between functions$'
}

@test "glibc of Debian 13: two unwinders find main from every instruction on the way to the kernel and back" {
	steps_through debian-13
}

@test "glibc of Debian sid: two unwinders find main from every instruction on the way to the kernel and back" {
	steps_through debian-sid
}

@test "glibc of Ubuntu 24.04: two unwinders find main from every instruction on the way to the kernel and back" {
	steps_through ubuntu-24.04
}
