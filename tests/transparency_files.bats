# transparency_files.bats - where traces go, under which names, and what is said when they can't.
load helpers/common

setup() {
	build_program one_byte
	cd "$BATS_TEST_TMPDIR"
	mkdir start
	cd start
}

# Runs the program here, with LD_PRELOAD and any VARIABLE=VALUE given, and nothing else of copytrace's.
trace_here() {
	rm -f "$BATS_TEST_TMPDIR/data"
	run -0 --separate-stderr env LD_PRELOAD="$LIBRARY" "$@" "$program" "$BATS_TEST_TMPDIR/data"
	assert_output ""
}

silent() {
	assert_equal "$stderr" ""
}

is_trace() {
	expect --source "$ROOT/tests/programs/one_byte.c" "$1"
}

@test "a trace lands in the working directory, named for the program and its pid, readable by its owner only" {
	umask 0
	trace_here
	silent
	run -0 ls -A
	assert_output --regexp '^copytrace\.one_byte\.[0-9]+\.json$'
	assert_equal "$(stat -c %a "$output")" 600
	is_trace "$output"
}

@test "a trace lands where the program started, wherever that goes" {
	build_program limited
	run -0 env LD_PRELOAD="$LIBRARY" "$program" /
	assert_output unharmed
	run -0 ls
	assert_output --regexp '^copytrace\.limited\.[0-9]+\.json$'
}

@test "COPYTRACE_DIR and COPYTRACE_OUT say where" {
	mkdir ../there
	trace_here COPYTRACE_DIR="$BATS_TEST_TMPDIR/there" COPYTRACE_OUT=%e-%p-%%.json
	silent
	run -0 ls ../there
	assert_output --regexp '^one_byte-[0-9]+-%\.json$'
	trace_here COPYTRACE_OUT="$BATS_TEST_TMPDIR/there/absolute.json"
	silent
	is_trace ../there/absolute.json
	run -0 ls -A
	assert_output ""
}

@test "a relative COPYTRACE_DIR starts at the working directory" {
	mkdir below
	trace_here COPYTRACE_DIR=below COPYTRACE_OUT=x.json
	silent
	is_trace below/x.json
}

@test "a file that is there is never written over" {
	echo precious >x.json
	trace_here COPYTRACE_OUT=x.json
	silent
	assert_equal "$(cat x.json)" precious
	is_trace x.1.json
	trace_here COPYTRACE_OUT=x.json
	is_trace x.2.json
	trace_here COPYTRACE_OUT=plain
	trace_here COPYTRACE_OUT=plain
	run -0 ls
	assert_equal "$(grep -c '^plain' <<<"$output")" 2
}

@test "%n counts from one" {
	trace_here COPYTRACE_OUT=t%n.json
	trace_here COPYTRACE_OUT=t%n.json
	run -0 ls -A
	assert_output "$(printf 't1.json\nt2.json')"
}

@test "a symbolic link under the name is not followed" {
	ln -s ../target x.json
	ln -s /etc/hostname y.json
	trace_here COPYTRACE_OUT=x.json
	[ ! -e ../target ]
	is_trace x.1.json
	trace_here COPYTRACE_OUT=y.json
	[ -L y.json ]
	is_trace y.1.json
}

@test "many at once under one name each get a file" {
	for i in 1 2 3 4 5 6 7 8; do
		LD_PRELOAD=$LIBRARY COPYTRACE_OUT=same.json "$program" "$BATS_TEST_TMPDIR/data$i" 3>&- &
	done
	wait
	run -0 ls -A
	assert_equal "${#lines[@]}" 8
	for file in *; do
		is_trace "$file"
	done
}

@test "a directory that isn't there is one line on stderr, and the program goes on" {
	trace_here COPYTRACE_DIR="$BATS_TEST_TMPDIR/nowhere"
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^copytrace: .*nowhere'
	trace_here COPYTRACE_DIR=/proc
	assert_equal "${#stderr_lines[@]}" 1
	trace_here COPYTRACE_OUT=no/such/x.json
	assert_equal "${#stderr_lines[@]}" 1
	run -0 ls -A
	assert_output ""
}

@test "a full file system is one line on stderr, and the program goes on" {
	mkdir full
	mount -t tmpfs -o size=32k none full 2>/dev/null || skip "mounting a tmpfs is refused here"
	trace_here COPYTRACE_DIR=full
	umount full
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^copytrace: '
}

@test "an unknown variable, word or value is a warning, and the trace is written" {
	trace_here COPYTRACE_FOO=1 COPYTRACE_OUT=x.json
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^copytrace: .*COPYTRACE_FOO'
	is_trace x.json
	trace_here COPYTRACE_OPTIONS=quick,verify-stacks COPYTRACE_OUT=y.json
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^copytrace: .*quick'
	is_trace y.json
	trace_here COPYTRACE_STACKS=some COPYTRACE_OUT=z.json
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^copytrace: .*some'
	is_trace z.json
	trace_here COPYTRACE_FOO=1 COPYTRACE_OPTIONS=quiet COPYTRACE_OUT=q.json
	silent
	is_trace q.json
}

@test "an empty environment but for LD_PRELOAD is enough" {
	run -0 env -i LD_PRELOAD="$LIBRARY" "$program" "$BATS_TEST_TMPDIR/data"
	assert_output ""
	run -0 ls
	is_trace "$output"
}

@test "an odd name of a program makes a good trace" {
	local odd=$'../odd "name\\ with/\xff\n\ttab'
	mkdir -p "${odd%/*}"
	cp "$program" "$odd"
	run -0 env LD_PRELOAD="$LIBRARY" COPYTRACE_OUT=x.json "$odd" "$BATS_TEST_TMPDIR/"$'da\xfet"\n\\a'
	is_trace x.json
	run -0 env LD_PRELOAD="$LIBRARY" "$odd" "$BATS_TEST_TMPDIR/other"
	run -0 bash -c 'ls -b copytrace.*.json | wc -l'
	assert_output 1
}

@test "a trace is described by its schema" {
	[ -e "$ROOT/viewer/trace.schema.json" ]
	for name in one_byte udp threads allocations; do
		build_program "$name"
		COPYTRACE_OUT=$name.json LD_PRELOAD=$LIBRARY "$program" "$BATS_TEST_TMPDIR/data-$name"
		"$PYTHON" -m jsonschema -i "$name.json" "$ROOT/viewer/trace.schema.json"
	done
}
