# copies_programs.bats - a program with its copies counted does what it does alone, whenever and wherever it copies.
load helpers/common
load real/helpers

setup() {
	traces_directory
	LIBRARY=$LIBRARY:$COPIES_LIBRARY
}

# Prints what was copied inside the process by each call of each trace.
copied() {
	jq -rs '[.[].processes[].by_call[] | select(.layer == "process")] | group_by(.name)[]
		| "\(.[0].name) \(map(.calls) | add) \(map(.in_process_bytes) | add)"' "$@"
}

@test "the functions do what libc's own do, for every length and limit" {
	build_program copies_same
	run -0 "$program"
	local alone=$output
	run -0 traced "$program"
	assert_output "$alone"
	run -0 copied "$TRACES"/*.json
	assert_line --partial "memmove "
	run -0 env LD_PRELOAD="$COPIES_LIBRARY" "$program"
	assert_output "$alone"
}

@test "strlcpy and its kin do what glibc's do, also where that has none yet" {
	build_program copies_limited
	run -0 "$program"
	assert_output --regexp '^(none|as they should be)$'
	run -0 traced "$program"
	assert_output "as they should be"
	expect --source "$ROOT/tests/programs/copies_limited.c" "$TRACES"
}

@test "a copy beyond its buffer ends a fortified program as ever" {
	gcc -xc -O1 -fno-builtin -o "$BATS_TEST_TMPDIR/beyond" - <<-'END'
		char *__strcpy_chk(char *, const char *, unsigned long);
		int main(void) { char to[100]; return __strcpy_chk(to, "too much", 8) != to; }
	END
	run -134 "$BATS_TEST_TMPDIR/beyond"
	assert_output --partial "buffer overflow detected"
	local alone=$output
	run -134 traced "$BATS_TEST_TMPDIR/beyond"
	assert_output "$alone"
}

@test "copies are made before the preloaded libraries are relocated, and counted from the first constructor on" {
	local dir=$BATS_TEST_TMPDIR source=$ROOT/tests/programs/copies_early.c
	gcc -O1 -D_GNU_SOURCE -fno-builtin -shared -fPIC -DRESOLVED -o "$dir/libresolved.so" "$source"
	gcc -shared -fPIC -xc -o "$dir/libasking.so" - -L"$dir" -lresolved <<<'int resolved(void); int (*pointer)(void) = resolved;'
	gcc -xc -o "$dir/asks" - -L"$dir" -lasking -Wl,-rpath-link,"$dir" <<<'extern int (*pointer)(void); int main(void) { return pointer(); }'
	gcc -O1 -D_GNU_SOURCE -fno-builtin -shared -fPIC -o "$dir/libearly.so" "$source"
	gcc -xc -o "$dir/early" - -L"$dir" -Wl,--no-as-needed -learly <<<'int main(void) { return 0; }'
	export LD_LIBRARY_PATH=$dir
	run -42 "$dir/asks"
	run -42 traced "$dir/asks"
	run -0 copied "$TRACES"/*.json
	assert_output ""
	forget_traces
	run -0 traced "$dir/early"
	expect --source "$source" "$TRACES"
}

@test "in threads, in handlers that interrupt copies, and in children every copy is counted once" {
	ledger copies_anywhere
}

@test "what we do ourselves is not counted" {
	gcc -xc -o "$BATS_TEST_TMPDIR/nothing" - <<<'int main(void) { return 0; }'
	for settings in COPYTRACE_STACKS=all COPYTRACE_OPTIONS=exhaustive COPYTRACE_OPTIONS=redact; do
		run -0 traced "$settings" "$BATS_TEST_TMPDIR/nothing"
	done
	assert_equal "$(copied "$TRACES"/*.json)" ""
	run -0 jq -s 'map(.processes[0].coverage.copies.on) == [true, true, true]' "$TRACES"/*.json
	assert_output true
}

@test "what the loader read is told without either of our libraries" {
	run -0 traced /bin/true
	run -0 env LD_PRELOAD="${LIBRARY%%:*}" COPYTRACE_DIR="$TRACES" /bin/true
	run -0 jq -s 'map(.processes[0].audit.loader_bytes) | length == 2 and .[0] > 0 and .[0] == .[1]' "$TRACES"/*.json
	assert_output true
}

@test "without libcopytrace.so the library of copies copies, and that is all" {
	run -0 env LD_PRELOAD="$COPIES_LIBRARY" sort /etc/passwd
	assert_output "$(sort /etc/passwd)"
}

@test "an allocator that comes first, and copies as it prepares to serve a thread, isn't asked in the middle of that" {
	build_program stream_threads
	cd "$BATS_TEST_TMPDIR" # it leaves files there
	local allocator alone
	alone=$("$program")
	for allocator in libjemalloc.so.2 libmimalloc.so.2 libtcmalloc_minimal.so.4; do
		ldconfig -p | grep -q "$allocator " || skip "$allocator is not installed"
		run -0 env LD_PRELOAD="$allocator:$LIBRARY" COPYTRACE_DIR="$TRACES" "$program"
		assert_output "$alone"
	done
	run -0 jq -s 'length' "$TRACES"/*.json
	assert_output 3
}

# Prints "PROGRAM COPIED" of each process, where COPIED says whether copies were counted.
counting() {
	jq -r '.processes[] | select(.forked | not) | "\(.exe | split("/")[-1]) \(.coverage.copies.on)"' "$1" | sort -u
}

@test "record --copies counts in the whole tree, whatever becomes of the environment" {
	run -0 --separate-stderr "$VIEWER" record --copies -o "$TRACES/tree.json" -- \
		bash -c 'env -i /bin/echo one; LD_PRELOAD= /bin/cat /dev/null; exec sort /dev/null'
	assert_equal "$stderr" ""
	run -0 counting "$TRACES/tree.json"
	assert_output "$(printf '%s\n' 'bash true' 'cat true' 'echo true' 'env true' 'sort true')"
	run -0 "$ROOT/tests/validate" "$TRACES/tree.json"
	run -0 --separate-stderr "$VIEWER" record -o "$TRACES/without.json" -- bash -c '/bin/echo one'
	run -0 counting "$TRACES/without.json"
	assert_output "$(printf '%s\n' 'bash false' 'echo false')"
}

@test "record --copies refuses to run where the library of copies isn't" {
	local dir=$BATS_TEST_TMPDIR/elsewhere
	mkdir "$dir"
	cp "$VIEWER" "${LIBRARY%%:*}" "$dir"
	run -2 "$dir/copytrace" record --copies -o "$TRACES/t.json" -- echo ran
	assert_output "copytrace: libcopytrace_copies.so, which counts for --copies, isn't in $dir beside libcopytrace.so"
}

@test "the report has what was copied inside by call and by stack, and says what isn't seen" {
	build_program copies
	run -0 "$VIEWER" record --copies -o "$TRACES/t.json" -- "$program"
	run -0 "$VIEWER" report "$TRACES/t.json"
	assert_line --regexp '^ +in process +[0-9.]+ KiB +[0-9,]+ bytes, copied by memcpy and its kin, in no other column$'
	assert_line "By copy inside the process, largest in_process_bytes first"
	assert_line "By stack of copies inside the process, largest in_process_bytes first"
	assert_line --regexp '^ +[0-9.]+ % +wcpcpy +3.95 KiB in the process in 10 calls$'
	assert_line --regexp '^ +ten_wcpcpy '
	assert_output --partial "compiler made instructions of, nor those of libc"
	run -0 "$VIEWER" check "$TRACES/t.json" 'call(process:wmemcpy).in_process_bytes == 4000' 'call(bcopy).calls == 10'
	run -1 "$VIEWER" check "$TRACES/t.json" 'in_process_bytes < 1'
}

@test "what copies from ever new stacks is counted, and from some point on by its place alone" {
	ledger copies_recursive
	only_trace
	run -0 jq '.processes[0].coverage.copies.places_cut' "$trace"
	assert_output 1
	run -0 jq '[.processes[0].by_stack[] | select(.layer == "process") | .calls] | add, max' "$trace"
	assert_output "$(printf '%s\n' 4096 "$((4096 - 512))")"
}

@test "real programs do the same" {
	TMPDIR=/tmp run "$ROOT/tests/real/behaviour" "$LIBRARY" "$INPUTS" sort m4 grep tar sqlite3 git python3 perl gcc
	assert_success
	assert_line --regexp '^sort .*same +same +same +same'
	assert_line --regexp '^gcc .*same +same +same +same'
}

@test "a trace from before copies were counted is read, and says nothing of them" {
	run -0 traced sort /etc/passwd
	only_trace
	jq 'walk(if type == "object" then del(.in_process_bytes) else . end) | del(.processes[].coverage.copies)
		| .processes[].by_call |= map(select(.layer != "process")) | .processes[].by_stack |= map(select(.layer != "process"))' \
		"$trace" >"$BATS_TEST_TMPDIR/old.json"
	run -0 "$ROOT/tests/validate" "$BATS_TEST_TMPDIR/old.json"
	run -0 "$VIEWER" report "$BATS_TEST_TMPDIR/old.json"
	refute_output --partial "in process"
	run -0 "$VIEWER" report --json "$BATS_TEST_TMPDIR/old.json"
	assert_equal "$(jq -c '.processes[0] | .totals.in_process_bytes, (.coverage | has("copies"))' <<<"$output" | paste -sd' ')" "0 false"
}

# Prints the calls and bytes that DHAT saw copied on behalf of others than libc and the loader.
outside_libc() {
	"$PYTHON" - "$1" <<-'END'
		import json, re, sys
		seen = json.load(open(sys.argv[1]))
		ours, libc = re.compile(r"vg_replace_strmem|/valgrind/"), re.compile(r"/(libc\.so|ld-linux)|\((?!in )[^)]*:\d+\)$")
		calls = bytes = 0
		for point in seen["pps"]:
		    frames = [seen["ftbl"][i] for i in point["fs"]]
		    caller = next(frame for frame in frames if not ours.search(frame))
		    if not libc.search(caller):
		        calls, bytes = calls + point["tbk"], bytes + point["tb"]
		print(calls, bytes)
	END
}

@test "of real programs DHAT sees the same calls and bytes, but for those of libc inside itself" {
	need valgrind sqlite3
	export LC_ALL=C TZ=UTC
	seq 5000 | sort -R --random-source=<(yes) >"$BATS_TEST_TMPDIR/lines"
	local command table='create table t(a); with recursive c(n) as (select 1 union all select n + 1 from c where n < 500)
		insert into t select n || "text" from c; select count(*), max(a) from t;'
	for command in "sort --parallel=1 lines" "sed s/1/2/g lines" "tar cf lines.tar lines" "sqlite3 :memory: '$table'"; do
		forget_traces
		cd "$BATS_TEST_TMPDIR" || return
		eval "valgrind --tool=dhat --mode=copy --dhat-out-file=dhat $command" >/dev/null 2>&1
		eval "traced $command" >/dev/null
		run -0 outside_libc dhat
		assert_output "$(jq -r '[.processes[0].by_call[] | select(.layer == "process")]
			| "\(map(.calls) | add) \(map(.in_process_bytes) | add)"' "$TRACES"/*.json)"
	done
}
