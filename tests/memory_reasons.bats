# memory_reasons.bats - what page faults were for, and what was mapped: held against arithmetic, getrusage and smaps.
load helpers/common

# touched SCENARIO - runs tests/programs/touched_memory.c, as root and as nobody, and compares what it says.
touched() {
	build_program touched_memory
	local who as output=$BATS_TEST_TMPDIR/output status
	for who in me nobody; do
		as=()
		if [ "$who" = nobody ]; then
			[ "$(id -u)" -eq 0 ] || continue
			as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
			let_others_in
			chmod 777 "$BATS_TEST_TMPDIR"
		fi
		rm -rf "$TRACES" "$BATS_TEST_TMPDIR/mapped" && mkdir -p -m 777 "$TRACES"
		status=0
		(cd "$TRACES" && "${as[@]}" env "${ENVIRONMENT[@]}" LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" \
			"$program" "$1" "${DIRECTORY:-$BATS_TEST_TMPDIR}") >"$output" 2>&1 || status=$?
		[ "$status" -ne 77 ] || skip "the kernel gives no huge pages now"
		[ "$status" -eq 0 ] || { cat "$output"; return 1; }
		"$PYTHON" "$ROOT/tests/helpers/mapped" "${MAPPED[@]}" "$output" "$TRACES"/*.json || {
			echo "as $who:" && cat "$output"
			return 1
		}
	done
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	local kind
	kind=$(stat -f -c %T "$BATS_TEST_TMPDIR")
	[ "$kind" = tmpfs ] && MAPPED=(--file-kind tmpfs) || MAPPED=()
	ENVIRONMENT=(LC_ALL=C)
}

@test "64 MiB of new memory, touched, are filled with zeros, a page a fault" {
	touched touch
}

@test "what is only read is one page of zeros, and filled when it is written to" {
	touched zero-page
}

@test "memory that was given back is filled again" {
	touched again
	touched given-back
	touched removed
}

@test "memory that was protected for a while is not filled again" {
	touched protect
}

@test "a huge page is two megabytes of zeros for one fault" {
	touched huge
}

@test "what mmap populates is filled inside it, by faults that nobody samples" {
	touched populate
	run -0 jq '.totals.zero_filled_bytes >= 67108864 and
		([.processes[].by_call[] | select(.layer == "library" and .name == "mmap") | .zero_filled_bytes] == [67108864])' \
		"$TRACES"/*.json
	assert_output true
}

@test "what is locked is filled by who locks it" {
	touched lock
}

@test "memory that mremap moves is filled once" {
	touched moved
}

@test "a stack grows by faults" {
	touched stack
	touched thread-stack
}

@test "a read into untouched memory fills it inside the call" {
	touched read-into
}

@test "a file that is mapped and read is mapped in, by fewer faults than pages" {
	touched file-read
	touched file-unmapped
	touched file-populate
}

@test "a page of a file that is written to privately is copied" {
	touched file-write
}

@test "each process copies the pages of a library's data that it writes to, by the library's path" {
	DIRECTORY=$BATS_TEST_TMPDIR/library.so
	printf 'char data[1 << 20] = {1};\n' >library.c
	gcc -shared -fPIC -o "$DIRECTORY" library.c
	touched library
}

@test "shared memory of every sort is filled by who finds it empty, and by nobody else" {
	touched shm
	touched memfd
	touched sysv
	touched anonymous
}

@test "where libc is left alone it is seen by the program's own calls" {
	ENVIRONMENT+=(COPYTRACE_OPTIONS=no-syscall-layer)
	local scenario
	# Of so few pages that a ring holds them: nothing says that it fills up then.
	for scenario in file-unmapped file-populate shm sysv anonymous; do
		touched "$scenario"
	done
}

@test "of shared memory that a fork passes on nobody claims what he may not have filled" {
	touched with-child
}

@test "a handler that jumps out of calls that map leaves the mappings known" {
	build_program jumped_mappings
	traced "$program"
	only_trace
	run -0 "$PYTHON" -c 'import json, sys
rows = json.load(open(sys.argv[1]))["processes"][0]["faults"]["rows"]
print(sum(row["minor"] for row in rows if row["reason"] == "unknown"), "unknown of", "some" if rows else "none")' "$trace"
	assert_output "0 unknown of some"
}

@test "what the tracer writes to in libc is not the program's own" {
	local options before
	for options in quiet no-syscall-layer; do
		forget_traces
		traced COPYTRACE_OPTIONS=$options /bin/true
		only_trace
		run -0 jq '.processes[].memory.mappings[] | select(.name | endswith("/libc.so.6")) | .private_bytes' "$trace"
		assert_equal "$output" "${before:=$output}"
		[ "$output" -gt 0 ]
	done
}
