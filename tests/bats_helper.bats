# bats_helper.bats - viewer/copytrace.bash as a user's tests load it: what each assertion lets pass, and what it says.
load helpers/common

setup() {
	mkdir "$BATS_TEST_TMPDIR/a project"
	cd "$BATS_TEST_TMPDIR/a project" || return
	cp "$ROOT/viewer/copytrace.bash" .
	yes | head -c 64K >data
}

# Writes a test file: what is on stdin, as the body of one test.
test_of() {
	{
		printf 'set -u\nload copytrace\n@test "it" {\ncd "%s"\n' "$PWD"
		cat
		echo '}'
	} >inner.bats
}

# Runs bats as a user would, its output as TAP in $output; passes and fails say how it should end.
inner() {
	run env COPYTRACE="$BUILD/copytrace" TMPDIR="$PWD" "${@:2}" bats --tap inner.bats
	[ "$status" -eq "$1" ] || { echo "$output" && return 1; }
}
passes() {
	inner 0 "$@"
	assert_line "ok 1 it"
}
fails() {
	inner 1 "$@"
	assert_line "not ok 1 it"
}

@test "a command is run as run does it, and leaves a trace of its own each time" {
	test_of <<-'END'
		copytrace_run cat data
		[ "$status" -eq 0 ]
		first=$copytrace_trace
		copytrace_run sh -c 'echo one; echo two >&2; exit 7'
		[ "$status" -eq 7 ]
		[ "$output" = "one
		two" ]
		[ "${lines[1]}" = two ]
		[ "$first" = "$BATS_TEST_TMPDIR/copytrace.1.json" ]
		[ "$copytrace_trace" = "$BATS_TEST_TMPDIR/copytrace.2.json" ]
		"$COPYTRACE" check "$first" 'process(cat).to_user_bytes >= 64KiB'
		"$COPYTRACE" check "$copytrace_trace" 'from_user_bytes == 8'
	END
	passes
}

@test "the options of run and of record pass through" {
	test_of <<-'END'
		copytrace_run -7 --separate-stderr --copies --stacks all -- sh -c 'echo one; echo two >&2; exit 7'
		[ "$output" = one ]
		[ "$stderr" = two ]
		jq -e '.processes[0].argv[0] == "sh"' "$copytrace_trace"
		jq -e '.processes[0].by_call | any(.layer == "process")' "$copytrace_trace"
		copytrace_run -0 --redact hash -- cat data
		! grep -F "$PWD" "$copytrace_trace" || false
		copytrace_run -0 false
	END
	fails
	assert_line --partial "copytrace_run -0 false' failed, expected exit code 0, got 1"
}

@test "a function of the test file is traced in a shell of its own, and not by its name alone" {
	test_of <<-'END'
		twice() { cat data data; }
		export -f twice
		copytrace_run -0 bash -c twice
		assert_trace 'process(cat).call(read).to_user_bytes == 128KiB'
		copytrace_run twice
	END
	fails
	assert_line "# -- the command left no trace --"
	assert_line "# copytrace: twice: command not found"
}

@test "a command that leaves no trace fails, and says why" {
	echo 'int main(void) { return 0; }' | gcc -static -x c -o static -
	test_of <<<'copytrace_run ./static'
	fails
	assert_line "# -- the command left no trace --"
	assert_line "# command  : ./static"
	assert_line "# status   : 3"
	assert_line --partial "static is linked statically, so nothing can be preloaded into it"
	test_of <<<'copytrace_run --separate-stderr ./nowhere'
	fails
	assert_line "# copytrace: ./nowhere: command not found"
	test_of <<<'copytrace_run --no-such-option -- true'
	fails
	assert_line "# status   : 2"
	assert_line --partial "option --no-such-option isn't known"
	test_of <<<'copytrace_run true'
	fails COPYTRACE=build/copytrace
	assert_line "# $PWD/build/copytrace isn't there: install copytrace, or let COPYTRACE name it"
}

@test "the tracer's notices aren't the command's output" {
	test_of <<-'END'
		export COPYTRACE_STRANGE=1
		copytrace_run echo one
		[ "$output" = one ]
	END
	passes
}

@test "a limit is on all that is copied, or on a scope" {
	test_of <<-'END'
		copytrace_run -0 dd if=data of=copy bs=64K status=none
		assert_copies_at_most 140KiB
		assert_copies_at_most 65536 'call(write)'
		assert_copies_at_most 64KiB 'process(dd).object(copy)'
		assert_copies_at_most 0 'kind(tcp)'
	END
	sed -i "s|object(copy)|object($PWD/copy)|" inner.bats
	passes
	test_of <<-'END'
		copytrace_run -0 dd if=data of=copy bs=64K status=none
		assert_copies_at_most 65535 'call(write)'
	END
	fails
	assert_line "# -- more is copied than the limit --"
	assert_line "# asserted : call(write).copied_bytes <= 65535"
	assert_line "# found    : value 65,536 (64.0 KiB) exceeds the limit 65,535 (64.0 KiB)"
	assert_line --regexp "^# trace    : $PWD/.*/copytrace.1.json \(bats --no-tempdir-cleanup keeps it\)$"
	assert_line --regexp "^# +[0-9.]+ % +64.0 KiB +write +dd"
	assert_line --regexp "^# +[0-9.]+ % +64.0 KiB +(regular|tmpfs) +$PWD/data$"
}

@test "a trace can be named, and one is needed" {
	"$VIEWER" record -o mine.json -- cat data >/dev/null
	test_of <<-'END'
		copytrace_trace=$PWD/mine.json assert_copies_at_most 1MiB
		[ -z "$copytrace_trace" ]
		assert_copies_at_most 1MiB
	END
	fails
	assert_line "# -- no trace --"
	assert_line --partial "copytrace_trace=FILE names one"
	assert_line --partial "assert_copies_at_most 1MiB' failed"
}

@test "anything that check can say is asserted, and each that doesn't hold is told" {
	test_of <<-'END'
		copytrace_run -0 cat data data
		assert_trace 'call(read).to_user_bytes == 128KiB' 'errors < 100'
		assert_trace 'call(read).to_user_bytes == 64KiB' 'errors < 100' 'process(cat).call(syscall:read).calls<1'
	END
	fails
	assert_line "# -- the trace isn't as asserted --"
	assert_line "# asserted : call(read).to_user_bytes == 64KiB"
	assert_line "# asserted : process(cat).call(syscall:read).calls<1"
	assert_line --regexp "^# found    : value [0-9]+ isn't below the limit 1$"
	refute_line "# asserted : errors < 100"
}

@test "what can't be asserted fails, and a name that isn't in the trace is shown" {
	test_of <<-'END'
		copytrace_run -0 cat data
		assert_trace 'copied_bites < 1'
	END
	fails
	assert_line "# -- it can't be checked --"
	assert_line --partial "'copied_bites' isn't a column"
	test_of <<-'END'
		copytrace_run -0 cat data
		assert_copies_at_most
	END
	fails
	assert_line "# -- it can't be checked --"
	test_of <<-'END'
		copytrace_run -0 cat data
		assert_trace
	END
	fails
	assert_line --partial "at least one 'EXPR'"
	test_of <<-'END'
		copytrace_run -0 cat data
		assert_copies_at_most 0 'process(dog)'
	END
	passes
	assert_line --regexp "^# copytrace: process\(dog\).copied_bytes <= 0: no such process in .*; it counts as 0$"
}

# Takes before.json of a cat to a pipe, as it is when run by bats.
baseline_of() {
	"$VIEWER" record -o before.json -- cat "$@" | cat >/dev/null
}

@test "nothing may grow since a baseline, other than by the slack" {
	baseline_of data data
	test_of <<-'END'
		copytrace_run -0 cat data data
		assert_no_more_than_before before.json
		assert_no_more_than_before --slack 0 before.json to_user_bytes 'call(read).calls'
		cd /
		assert_no_more_than_before before.json
		cd -
		copytrace_run -0 cat data
		assert_no_more_than_before before.json
	END
	passes
	test_of <<-'END'
		copytrace_run -0 cat data data data
		assert_no_more_than_before --slack 100% before.json
		assert_no_more_than_before --slack +64KiB before.json 'call(read).to_user_bytes'
		assert_no_more_than_before --slack 10% before.json to_user_bytes calls
	END
	fails
	assert_line "# -- more than before --"
	assert_line "# asserted : to_user_bytes <= +10%"
	assert_line --regexp "^# found    : change \+[0-9.]+ % \([0-9,]+ .* to [0-9,]+ .*\) exceeds the limit \+10 %$"
	assert_line "# baseline : $PWD/before.json (COPYTRACE_BASELINE=rewrite takes a new one)"
	assert_line "# By call: copied bytes before and after, and what changed"
	assert_line --regexp "^# +128 KiB +192 KiB +\+64.0 KiB +\+50.0 % .* library +read$"
}

@test "by default what is copied may grow by 1 %, and crossings by 10 %" {
	baseline_of data data
	jq '(.totals, .processes[].totals).to_user_bytes -= 1200' before.json >near.json
	jq '(.totals, .processes[].totals).to_user_bytes -= 1800' before.json >far.json
	jq '(.totals, .processes[].totals).crossings = 1' before.json >one.json
	test_of <<-'END'
		copytrace_run -0 cat data data
		assert_no_more_than_before near.json
		assert_no_more_than_before one.json to_user_bytes from_user_bytes
		! assert_no_more_than_before near.json to_user_bytes || false
		! assert_no_more_than_before one.json || false
		assert_no_more_than_before far.json
	END
	fails
	assert_line "# asserted : crossings <= +10%"
	assert_line --partial "\`assert_no_more_than_before far.json' failed"
}

@test "a baseline that isn't there fails with the line that makes it, and is made so" {
	test_of <<-'END'
		copytrace_run -0 cat data
		assert_no_more_than_before "base lines/cat.json"
	END
	fails
	assert_line "# -- no baseline --"
	assert_line "# $PWD/base lines/cat.json isn't there; COPYTRACE_BASELINE=write bats ${PWD/ /\\ }/inner.bats makes it"
	passes COPYTRACE_BASELINE=write
	assert_line "# copytrace: wrote the baseline $PWD/base lines/cat.json"
	passes
	refute_line --partial wrote
	run -0 ls "base lines"
	assert_output cat.json
	# What is there is kept, unless it is to be taken anew.
	sed -i 's/cat data/cat data data/' inner.bats
	fails COPYTRACE_BASELINE=write
	assert_line --partial "COPYTRACE_BASELINE=rewrite takes a new one"
	passes COPYTRACE_BASELINE=rewrite
	passes
	fails COPYTRACE_BASELINE=1
	assert_line "# COPYTRACE_BASELINE is write or rewrite, and not '1'"
	test_of <<<'assert_no_more_than_before --slack 5%'
	fails
	assert_line "# -- no baseline is named --"
}

@test "a baseline that can't be read, or can't be written, fails" {
	echo '{}' >before.json
	test_of <<-'END'
		copytrace_run -0 cat data
		assert_no_more_than_before before.json
	END
	fails
	assert_line "# -- it can't be checked --"
	assert_line --partial "before.json"
	sed -i 's|before.json|data/before.json|' inner.bats
	fails COPYTRACE_BASELINE=write
}

@test "tests that run side by side have their own traces, and one baseline" {
	command -v parallel >/dev/null || skip "GNU parallel is not installed"
	{
		printf 'load copytrace\n'
		for n in 1 2 3 4; do
			printf '@test "%s" { copytrace_run -0 cat "%s/data"; assert_no_more_than_before all.json; }\n' $n "$PWD"
		done
	} >inner.bats
	run -0 env COPYTRACE="$BUILD/copytrace" COPYTRACE_BASELINE=write bats --tap --jobs 4 inner.bats
	run -0 env COPYTRACE="$BUILD/copytrace" bats --tap --jobs 4 inner.bats
	run -0 find . -name 'all.json*'
	assert_output ./all.json
}

@test "a trace that setup_file took is there for every test" {
	test_of <<<'assert_copies_at_most 64KiB'
	cat >>inner.bats <<-'END'
		setup_file() {
			copytrace_run -0 cat /etc/hostname
			export copytrace_trace
		}
	END
	passes
}

@test "once installed it is loaded by its path or as a library" {
	run -0 make -C "$ROOT" install DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr BUILD="$BUILD"
	rm copytrace.bash
	test_of <<<'copytrace_run -0 true'
	sed -i 's|^load.*|bats_load_library copytrace|' inner.bats
	passes BATS_LIB_PATH="$BATS_TEST_TMPDIR/root/usr/lib/bats"
	sed -i "s|^bats_load.*|load '$BATS_TEST_TMPDIR/root/usr/share/copytrace/copytrace'|" inner.bats
	passes
}
