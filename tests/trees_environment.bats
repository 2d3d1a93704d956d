# trees_environment.bats - a program that empties its environment, on purpose or not, is traced through every form of exec.
load helpers/common

# Prints the programs of which there is a trace, in order of their names.
programs_traced() {
	local path
	for path in "$TRACES"/*.json; do
		path=${path##*/copytrace.}
		echo "${path%%.*}"
	done | sort -u | paste -sd ' '
}

emptied() {
	local form
	for form in system popen wordexp posix_spawn posix_spawnp execve execvp fexecve vfork syscall "$@"; do
		forget_traces
		run -0 traced "${OPTIONS[@]}" "$program" "$form"
		echo "$form: $output, $(programs_traced)"
		assert_output "$form ran"
		[[ " $(programs_traced) " == *" echo "* ]]
		run -0 find "$TRACES" -name '*.live'
		assert_output ""
		run -0 jq -s '[.[].processes[] | select(.forked | not) | .argv[0]] | unique | length' "$TRACES"/*.json
		[ "$output" -ge 2 ]
	done
}

@test "the new program is traced after clearenv, however it is executed" {
	build_program emptied
	emptied
}

@test "and in exhaustive mode also where the program makes the system call by its own instructions" {
	build_program emptied
	OPTIONS=(COPYTRACE_OPTIONS=exhaustive)
	emptied instructions
}

@test "an environment with thousands of variables is passed on whole" {
	build_program emptied
	run -0 traced "$program" thousands
	assert_output "5000 variables"
	run -0 programs_traced
	assert_output "bash emptied"
}

@test "an exec that fails leaves the record as it was, and no trace of its own" {
	build_program emptied
	cd "$BATS_TEST_TMPDIR" || return
	run -0 traced "$program" failing
	assert_output "failing ran"
	only_trace
	run -0 jq -r '.processes[] | "\(.image) \(.exit.how) \(.forked)"' "$trace"
	assert_output "0 exit false"
}

@test "the program's own entries of LD_PRELOAD keep their order, before and behind ours" {
	local one two
	one=$(ldconfig -p | awk '/libm\.so\.6/ { print $NF; exit }')
	two=$(ldconfig -p | awk '/libutil\.so\.1/ { print $NF; exit }')
	assert [ -e "$one" ]
	assert [ -e "$two" ]
	build_program emptied
	traces_directory
	# shellcheck disable=SC2016
	LD_PRELOAD="$one:$LIBRARY $two" COPYTRACE_DIR=$TRACES run -0 sh -c 'sh -c "echo \$LD_PRELOAD"'
	assert_output "$one:$LIBRARY $two"
	# shellcheck disable=SC2016
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$TRACES run -0 env LD_PRELOAD="$one:$two" sh -c 'echo $LD_PRELOAD'
	assert_output "$LIBRARY:$one:$two"
	was_traced
}

@test "what lies behind the environment is found by who walks there" {
	build_program auxiliary
	run -0 traced "$program"
	assert_output "found"
	run -0 programs_traced
	assert_output "auxiliary"
}
