# faults_trees.bats - page faults of threads, children and images each in their own trace, to the last.
load helpers/common

# Prints "IMAGE FORKED UNATTRIBUTED" of each process, in order, and "wrong" where figures don't add up.
accounts() {
	jq -rs '[.[].processes[]] | sort_by(.forked, .image)[] | .faults as $f |
		if $f.minor == $f.before_minor + $f.own_minor + $f.attributed_minor + $f.unattributed_minor
		then "\(.image) \(.forked) \($f.unattributed_minor)" else "wrong: \($f)" end' "$TRACES"/*.json
}

# Prints what one process, picked by a jq expression, took in user mode in fresh memory, and inside read.
taken() {
	jq -rs "[.[].processes[] | select($1)][0].faults.rows |
		\"\([.[] | select(.reason == \"zero_fill\" and .call == null) | .minor] | add) \([.[] | select(.call == \"read\") | .minor] | add)\"" \
		"$TRACES"/*.json
}

setup() {
	build_program faults_taken
}

# Whether the first number of $output is at least this, and no more than a little above.
assert_about() {
	local first=${output%% *}
	[ "$first" -ge "$1" ] && [ "$first" -le $(($1 + 60)) ] || fail "$first is not about $1"
}

@test "a child's faults are its own from the fork on, and its parent's stay the parent's" {
	run -0 traced "$program" 1200 forks
	run -0 accounts
	assert_output $'0 false 0\n0 true 0'
	run -0 taken '.forked'
	assert_about 1200
	assert_equal "${output#* }" 64
	run -0 taken '.forked | not'
	assert_about 1200
	assert_equal "${output#* }" 64
}

@test "an image begins where the one before it ended" {
	run -0 traced "$program" 1200 executes "$program"
	run -0 accounts
	assert_output $'0 false 0\n1 false 0'
	local image
	for image in 0 1; do
		run -0 taken ".image == $image"
		assert_about 1200
	done
	# All that its pid took is in one of the two.
	run -0 jq -rs 'map(.processes[0].faults | .before_minor < 800) | all' "$TRACES"/*.json
	assert_output true
}

@test "a failed exec leaves the account as it was" {
	run -99 traced "$program" 1200 executes /nowhere
	run -0 accounts
	assert_output "0 false 0"
}

@test "threads are seen from their beginning, but for what they take before they can be" {
	run -0 traced "$program" 1200 threads
	run -0 jq '[.processes[0].faults.rows[] | select(.call == null) | .minor] | add | . >= 6000 and . < 6200' "$TRACES"/*.json
	assert_output true
	run -0 taken true
	assert_equal "${output#* }" $((5 * 64))
	run -0 accounts
	assert_output --regexp '^0 false [0-8]$'
}

@test "threads that come and go by the hundred leave no rings behind" {
	build_program many_threads
	run -0 traced "$program"
	run -0 jq -s '[.[].processes[] | .coverage.threads > 2000 and (.faults | .lost == 0 and .level != "B")] | all' "$TRACES"/*.json
	assert_output true
}

@test "in exhaustive mode too" {
	run -0 traced COPYTRACE_OPTIONS=exhaustive "$program" 1200 forks
	run -0 accounts
	assert_output $'0 false 0\n0 true 0'
}

@test "real programs do what they do alone, and of one thread no fault is left without a row" {
	local one
	cd "$BATS_TEST_TMPDIR"
	seq 200000 | shuf --random-source=<(yes) >numbers
	printf 'int main(void) { return 0; }\n' >a.c
	mkdir repository && cd repository && git init -q . && git config user.email a@b && git config user.name a && cp ../numbers . && git add . && git commit -qm one && cd ..
	for one in 'sort --parallel=1 numbers' 'python3 -c "print(sum(len(str(i)) for i in range(200000)))"' \
		'gcc -O1 -S -o - a.c' 'git -C repository log -p --stat' 'bash -c "for i in 1 2 3; do /bin/true; done; echo \$BASH_VERSION"'; do
		bash -c "$one" >alone 2>&1
		forget_traces
		traced bash -c "$one" >traced 2>&1
		run -0 cmp alone traced
		run -0 jq -rs 'map(.processes[] | select(.coverage.threads == 1)) | if . == [] then "nothing has one thread" else
			map(select(.faults.unattributed_minor != 0) |
			"\(.exe) \(.faults.unattributed_minor) of \(.faults.minor)") | join("\n") end' "$TRACES"/*.json
		assert_output ""
	done
}
