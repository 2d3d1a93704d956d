# viewer_record_jobs.bats - at a terminal, a recorded command is the same job for the shell as it is alone.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	build_program job
	mkdir temporary
	export TMPDIR=$PWD/temporary # where a record that is killed leaves what it has
	ln -s "$program" job
	mkdir plain recorded
	printf '#!/bin/sh\nexec "$@"\n' >plain/run
	printf '#!/bin/sh\nexec "%s" record -f -o ../x.json -- "$@"\n' "$VIEWER" >recorded/run
	chmod +x plain/run recorded/run
}

session() {
	local way=$1 status=0
	shift
	(cd "$way" && "$ROOT/tests/helpers/terminal" "$@") >"$way.seen" 3>&- || status=$?
	grep -oE 'got [0-9]+|read [a-z]+|status [0-9]+|Stopped( \(.*\))?|Running|went on' "$way.seen" |
		awk '$0 != last || !/Stopped/; { last = $0 }' >"$way.said" # bash may tell it again
	return "$status"
}

# Until the shell has seen it.
stopped='until jobs | grep -q Stop; do :; done'

# What the job and the shell say at a terminal must be the same, alone and recorded.
same_session() {
	local status=0
	session recorded "$@" &
	session plain "$@" || status=$?
	wait $! || status=$?
	diff -u plain.said recorded.said || status=$?
	[ "$status" = 0 ] || tail -n +1 -- *.seen
	return "$status"
}

@test "Ctrl-Z stops the job, bg and fg go on with it, Ctrl-C ends it" {
	same_session './run sleep 60' '!0.7' @ '^Z' '?Stopped' jobs '?Stopped' bg '?sleep' jobs '?Running' \
		fg @ '!0.3' '^C' '?PROMPT' 'echo "status $?"' '?status 130'
	run -0 jq -c '[.processes[] | select(.exe | endswith("sleep")) | .exit][0]' x.json
	assert_output '{"how":"signal","signal":2}'
}

@test "a command that catches Ctrl-Z stops when it is ready, and goes on once" {
	same_session './run ../job' '?ready' one '?read one' '^Z' '?got 20' '?Stopped' fg '?got 18' two '?read two' end \
		'?PROMPT' 'echo "status $?"' '?status 6'
}

@test "a command that ignores Ctrl-Z isn't stopped, nor is record" {
	same_session './run ../job stubborn' '?ready' '^Z' one '?read one' end '?PROMPT' 'echo "status $?"' '?status 6'
}

@test "a background command that reads the terminal stops, and reads in the foreground" {
	same_session './run cat &' "$stopped" jobs '?Stopped' fg '!0.3' hello '?hello' '^D' '?PROMPT' 'echo "status $?"' '?status 0'
}

@test "a signal to the group reaches the command once, and so does one to record alone" {
	# Of two that a process hasn't taken yet, the kernel keeps one.
	local taken='until grep -q "^ShdPnd:.0*$" /proc/$!/status; do :; done'
	same_session './run ../job deaf &' '?ready' '!0.3' 'kill -RTMIN %1' '?got 34' '!0.3' 'kill -USR2 $!' '?got 12' \
		'kill -TERM -$!' '?got 15' "$taken" 'kill -TERM $!' '?got 15' '!0.3' 'kill -KILL %1' \
		'wait $!' 'echo "status $?"' '?status 137'
}

@test "a stopped job goes on when record alone is told to" {
	# The shell must have noticed, or its fg tells the job again.
	same_session './run ../job deaf' '?ready' '^Z' '?got 20' '?Stopped' 'kill -CONT $(jobs -p)' '?got 18' '' jobs '?Running' \
		fg @ '^C' '?PROMPT' 'echo "status $?"' '?status 130'
}

@test "a job that is stopped by SIGSTOP goes on, and gets its signals after" {
	same_session './run ../job deaf &' '?ready' 'kill -STOP %1' "$stopped" jobs '?Stopped' 'kill -CONT %1' '?got 18' \
		'kill -USR1 $!' '?got 10' 'kill -USR1 %1' '?got 10' '!0.3' 'kill -KILL %1' \
		'wait $!' 'echo "status $?"' '?status 137'
}

@test "the foreground stays the command's, in a pipeline too" {
	same_session './run ../job | cat' '?ready' one '?read one' '^Z' '?Stopped' fg '!0.3' two '?read two' \
		end '?PROMPT' 'echo "status $?"' '?status 0'
}

@test "Ctrl-C in a loop of a script ends the script" {
	cat >loop <<-'E'
		for i in 1 2 3; do ./run sleep 60; echo "went on"; done
	E
	same_session 'bash ../loop' '!0.7' @ '^C' '?PROMPT' 'echo "status $?"' '?status 130'
	run -1 grep -q "^went on" recorded.seen
}
