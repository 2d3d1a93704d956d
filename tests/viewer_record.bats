# viewer_record.bats - copytrace record: one trace of a whole tree, and nobody notices that it ran between.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p temporary
	export TMPDIR=$PWD/temporary
}

record() {
	"$VIEWER" record "$@"
}

# Nothing of ours may be left behind.
teardown() {
	remove_regions
	local left=("$BATS_TEST_TMPDIR"/temporary/*)
	[ ! -e "${left[0]}" ] || {
		echo "left behind: ${left[*]}"
		return 1
	}
}

@test "record exits as the command did" {
	run -0 record -o a.json -- true
	run -1 record -o b.json -- false
	run -7 record -o c.json -- sh -c 'exit 7'
	run -143 record -o d.json -- sh -c 'kill -TERM $$'
	run -137 record -o e.json -- sh -c 'kill -KILL $$'
	run -0 "$ROOT/tests/validate" ./*.json
}

@test "a command that isn't there is 127, one that can't be executed 126" {
	run -127 record -o x.json -- ./missing
	assert_output "copytrace: ./missing: command not found"
	run -127 record -o x.json -- no-such-command-anywhere
	touch plain
	run -126 record -o x.json -- ./plain
	assert_equal "${#lines[@]}" 1
	run -126 record -o x.json -- /etc
	printf '\177ELFnonsense' >broken
	chmod +x broken
	run -126 record -o x.json -- ./broken
	assert [ ! -e x.json ]
}

@test "the whole tree is in the trace, in the order in which it started" {
	run -0 record -o tree.json -- sh -c 'cat /etc/passwd >/dev/null; head -c 1 /etc/passwd >/dev/null; true'
	run -0 jq -r '.processes[].exe' tree.json
	assert_line --index 0 --regexp "sh$"
	assert_line --index 1 --regexp "/cat$"
	assert_line --index 2 --regexp "/head$"
	run -0 jq '[.processes[].totals.calls] | add' tree.json
	local sum=$output
	run -0 jq '.totals.calls' tree.json
	assert_output "$sum"
}

@test "how the command was killed is in the trace" {
	run -143 record -o killed.json -- sh -c 'kill -TERM $$'
	run -0 jq -c '.processes[0].exit' killed.json
	assert_output '{"how":"signal","signal":15}'
}

@test "processes that outlive the command are named, are in the trace as running, and leave the rest in a directory" {
	gcc -static -o static -x c - <<<'#include <unistd.h>
		int main(void) { return sleep(30); }' || skip "no static libc"
	record -o x.json -- sh -c 'exec >/dev/null 2>&1; sleep 30 & echo $! >traced; ./static & echo $! >untraced; sleep 0.3' \
		3>&- 2>said
	local traced directory
	traced=$(cat traced)
	run -0 cat said
	assert_equal "${#lines[@]}" 1
	assert_output --partial "sleep (pid $traced)"
	assert_output --partial "static (pid $(cat untraced))"
	run -0 jq -r ".processes[] | select(.pid == $traced) | .exit.how" x.json
	assert_line "running"
	directory=$(grep -oE "goes to $TMPDIR/copytrace\\.[A-Za-z0-9]+" said)
	directory=${directory#goes to }
	kill "$(cat untraced)"
	kill -9 "$traced"
	for _ in {1..100}; do
		[ -e "/proc/$traced" ] || break
		sleep 0.05
	done
	run -0 "$VIEWER" report --json "$directory"
	run -0 "$VIEWER" recover "$directory"
	assert_output --partial "recovered as $directory/copytrace.sleep.$traced.json"
	rm -r "$directory"
}

@test "--wait waits for all that the command started" {
	record --wait -o x.json -- sh -c '(sleep 0.5; setsid sh -c "sleep 0.3; cat /etc/hostname" & ) >/dev/null 2>&1 &' 3>&-
	run -0 jq -r '.processes[] | select(.exe | endswith("cat")) | .exit.how' x.json
	assert_output "exit"
	run -0 jq -r '[.processes[].exit.how] | unique | map(select(. == "running")) | length' x.json
	assert_output 0
}

@test "a daemon has the parent that it would have alone" {
	local program='import os, sys, time
if os.fork() == 0:
    time.sleep(0.3)
    open(sys.argv[1], "w").write(str(os.getppid()))'
	"$PYTHON" -c "$program" alone
	run -0 record --wait -o x.json -- "$PYTHON" -c "$program" recorded
	for _ in {1..200}; do
		[ ! -s alone ] || break
		sleep 0.05
	done
	assert [ -s alone ]
	assert [ -s x.json ]
	assert_equal "$(cat recorded)" "$(cat alone)"
}

@test "input and output are the command's own" {
	run -0 --separate-stderr bash -c 'echo in | "$1" record -o x.json -- sh -c "cat; echo err >&2"' - "$VIEWER"
	assert_output "in"
	assert_equal "$stderr" "err"
}

@test "without -o, the trace gets a name of its own, and that is said" {
	run -0 record -- true
	assert_output --regexp "^copytrace: trace written to copytrace.true.[0-9]+.json$"
	assert [ -s "${output##* }" ]
	run -0 stat -c %a "${output##* }"
	assert_output 600
}

@test "an existing file is kept, and nothing is run" {
	echo mine >x.json
	run -2 record -o x.json -- touch ran
	assert_output "copytrace: x.json: is there already; --force overwrites it"
	assert [ ! -e ran ]
	assert_equal "$(cat x.json)" mine
	run -0 record -f -o x.json -- touch ran
	run -0 "$ROOT/tests/validate" x.json
}

@test "no link is followed, and nothing replaced but a file" {
	echo mine >target
	ln -s target link.json
	run -2 record -o link.json -- true
	run -2 record -f -o link.json -- true
	mkfifo fifo
	run -2 record -f -o fifo -- true
	assert [ -p fifo ]
	assert_equal "$(cat target)" mine
	run -2 record -o missing/x.json -- touch ran
	assert [ ! -e ran ]
}

@test "a static program is refused with code 3 and the reason" {
	echo 'int main(void) { return 5; }' >static.c
	gcc -static -o static static.c || skip "no static libc"
	run -3 record -o x.json -- ./static
	assert_output "copytrace: ./static is linked statically, so nothing can be preloaded into it; --anyway runs it untraced"
	gcc -static-pie -o static static.c
	run -3 record -o x.json -- ./static
	run -5 record -o x.json --anyway -- ./static
	assert_output ""
	run -0 "$ROOT/tests/validate" x.json
	run -0 jq -c '.processes, (.untraced_processes[0] | [.path, .why, .exit.status, .end >= .start, .max_rss_bytes > 0])' x.json
	assert_line --index 0 "[]"
	assert_line --index 1 '["./static","is linked statically, so nothing can be preloaded into it",5,true,true]'
	run -0 "$VIEWER" report x.json
	assert_output --regexp "exit 5 .*static"
	run -5 record -f --redact omit -o x.json --anyway -- ./static
	run -0 jq -r '.untraced_processes[0].path' x.json
	assert_output "(redacted)"
	# As deep as the kernel goes.
	local script=$PWD/static n
	for n in 1 2 3 4 5; do
		printf '#!%s\n' "$script" >"script$n"
		chmod +x "script$n"
		script=$PWD/script$n
		run -3 record -f -o x.json -- "./script$n"
	done
}

@test "a program of another kind is refused with code 3 and the reason" {
	# The fifth byte of an ELF file is its class: 1 is 32 bits.
	cp "$(type -P true)" other
	printf '\001' | dd of=other bs=1 seek=4 conv=notrunc status=none
	run -3 record -o x.json -- ./other
	assert_output --partial "is a 32-bit program"
}

@test "a setuid program is refused with code 3 and the reason" {
	[ "$(id -u)" -eq 0 ] || skip "only root can make a program setuid to another"
	cp "$(type -P true)" other
	chown nobody other
	chmod u+s other
	run -3 record -o x.json -- ./other
	assert_output --partial "is setuid"
}

@test "a script without #! is run by the shell" {
	echo 'exit 4' >script
	chmod +x script
	run -4 record -o x.json -- ./script
	run -0 "$ROOT/tests/validate" x.json
}

@test "an LD_PRELOAD that was there is kept" {
	echo 'int preloaded;' >other.c
	gcc -shared -fPIC -o other.so other.c
	LD_PRELOAD=$PWD/other.so run -0 record -o x.json -- sh -c 'echo "$LD_PRELOAD"'
	assert_output --regexp "/libcopytrace.so:$PWD/other.so$"
}

@test "options reach the traced program" {
	COPYTRACE_OPTIONS=quiet run -0 record -o x.json --stacks off --option verify-stacks -- \
		sh -c 'cat /etc/passwd >/dev/null; echo "$COPYTRACE_STACKS $COPYTRACE_OPTIONS"'
	assert_output "off quiet,verify-stacks"
	run -0 jq '.stacks | length' x.json
	assert_output 0
	run -2 record --stacks some -- true
	run -2 record --faults some -- true
	assert_output "copytrace: --faults takes on, stacks or count, not 'some'"
	run -0 record -o faults.json --faults count -- sh -c 'echo "$COPYTRACE_FAULTS"'
	assert_output count
	run -0 jq -r '.processes[0].faults.level' faults.json
	assert_output count
}

@test "the command's own options are left to it" {
	run -0 record -o x.json sh -c 'echo "$0 $@"' -f --force
	assert_output -- "-f --force"
}

@test "a signal sent to record reaches the command" {
	"$VIEWER" record -o x.json -- bash -c 'trap "exit 9" TERM; echo ready >ready; while :; do sleep 0.05; done' 3>&- &
	local pid=$!
	for _ in {1..100}; do
		[ -e ready ] && break
		sleep 0.05
	done
	kill -TERM "$pid"
	local status=0
	wait "$pid" || status=$?
	assert_equal "$status" 9
	run -0 "$ROOT/tests/validate" x.json
}

@test "signals that the caller ignores are ignored by the command too" {
	run -0 bash -c 'trap "" INT; "$1" record -o x.json -- sh -c "kill -INT \$\$; echo alive"' - "$VIEWER"
	assert_output "alive"
	run -0 bash -c 'trap "" CHLD; exec "$1" record -o y.json -- sh -c "exit 0"' - "$VIEWER"
}

@test "a directory that can't be written is told before anything runs" {
	viewer_without_privileges
	mkdir closed
	chmod 500 closed
	cd closed
	run -2 record -- touch ../ran
	assert [ ! -e ../ran ]
}

@test "a killed process whose parent doesn't notice isn't said to run" {
	run -0 record -o x.json -- bash -c 'sh -c "kill -9 \$\$" & exec sleep 0.3'
	run -0 jq -r '.processes[] | select(.argv[0] == "sh") | .exit.how' x.json
	assert_output --regexp '^(killed|signal)$'
}

@test "no command is a usage error" {
	run -2 record
	run -2 record -o x.json --
	run -2 record --frobnicate -- true
	assert_equal "${#lines[@]}" 1
}

@test "--exhaustive and --option add to what COPYTRACE_OPTIONS has" {
	# shellcheck disable=SC2016
	local tell='printf "%s" "$COPYTRACE_OPTIONS"'
	run -0 record --exhaustive -o a.json -- sh -c "$tell"
	assert_output "exhaustive"
	COPYTRACE_OPTIONS=quiet run -0 record --option verify-stacks --exhaustive -o b.json -- sh -c "$tell"
	assert_output "quiet,verify-stacks,exhaustive"
}

@test "who is impatient doesn't tear the trace" {
	cat >interrupt.py <<-'P'
		import signal, subprocess, sys, time
		child = subprocess.Popen(sys.argv[1:], preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
		time.sleep(0.3)
		while child.poll() is None:
		    child.send_signal(signal.SIGINT)
		    time.sleep(0.002)
		sys.exit(child.returncode)
	P
	run -4 "$PYTHON" interrupt.py "$VIEWER" record -o x.json -- \
		bash -c 'trap "" INT; for i in {1..40}; do cat /dev/null; done; exit 4'
	run -0 "$ROOT/tests/validate" x.json
	run -0 jq '[.processes[] | select(.exe | endswith("/cat"))] | length' x.json
	assert_output 40
	run -0 compgen -G "x.json*"
	assert_output x.json
}

@test "record holds nothing open that the command has closed" {
	mkfifo at_end
	"$VIEWER" record -o x.json -- sh -c 'exec >&- 2>&- 4>&-; read -r line <at_end' 4>&1 3>&- 2>/dev/null |
		(cat && touch ended) >said 3>&- &
	# cat ends when nobody can write to it any more, and only then is the command let go on.
	for _ in {1..100}; do
		[ ! -e ended ] || break
		sleep 0.05
	done
	assert [ -e ended ]
	echo >at_end
	wait
	run -0 "$ROOT/tests/validate" x.json
}

@test "a redacted trace has no path, name or argument in it, and one name for one file" {
	echo secret-content >secret-file
	local way
	for way in hash omit; do
		run -0 record --redact "$way" -o "$way.json" -- sh -c 'cat secret-file >/dev/null; cat secret-file | cat >twofold; true' secret-word
		run -1 grep -E 'secret|twofold|/usr|/etc|/tmp|bin/' "$way.json"
		run -0 "$ROOT/tests/validate" "$way.json"
		run -0 "$VIEWER" report "$way.json"
		run -0 "$VIEWER" diff "$way.json" "$way.json"
	done
	# The same file, read by two processes.
	run -0 jq -r '[.processes[].by_object[] | select(.kind == "regular" and .to_user_bytes == 15) | .name] | unique | length' hash.json
	assert_output 1
	run -0 jq -r '[.processes[] | .exe, .argv[], .directory] | unique | .[]' omit.json
	assert_output "(redacted)"
	# Another recording has other names: there is nothing to look a name up in.
	record --redact hash -o again.json -- cat secret-file
	run -0 jq -nr '[inputs.processes[] | select(.argv | length == 2) | .exe] | unique | length' hash.json again.json
	assert_output 2
	run -2 record --redact some -- true
}

@test "what a killed process left is redacted as its trace would have been" {
	echo secret >secret-file
	mkdir left
	COPYTRACE_OPTIONS=redact COPYTRACE_DIR=$PWD/left LD_PRELOAD=$LIBRARY sh -c 'read -r line <secret-file; kill -9 $$' || true
	run -0 "$VIEWER" recover left
	run -1 grep -E "secret|$PWD" left/*.json
	run -0 "$ROOT/tests/validate" left/*.json
}
