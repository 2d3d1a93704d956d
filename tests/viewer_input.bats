# viewer_input.bats - bad input, of whatever kind, is refused in one line with code 2: no crash, no hang.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	made copy
}

# report must refuse the file in one line that has the text in it.
refused() {
	run -2 timeout 10 "$VIEWER" report "$1"
	assert_equal "${#lines[@]}" 1
	assert_output --regexp "^copytrace: "
	assert_output --partial "$2"
}

# A change of the trace, as a jq filter, must be refused so.
refused_with() {
	jq "$1" copy.json >changed.json
	refused changed.json "changed.json: $2"
}

@test "what is no regular file is refused and not waited for" {
	mkdir directory
	mkfifo fifo
	refused directory "directory: has no trace in it"
	refused fifo "fifo: isn't a regular file"
	refused /dev/zero "/dev/zero: isn't a regular file"
	refused missing "missing: can't be opened: No such file or directory"
}

@test "a file that may not be read is refused" {
	viewer_without_privileges
	chmod 0 copy.json
	refused copy.json "copy.json: can't be opened: Permission denied"
}

@test "what is no JSON is refused with the place of the mistake" {
	: >empty
	refused empty "byte offset 0"
	head -c 100 copy.json >short
	refused short "byte offset 100"
	printf '{"copytrace":\n nonsense}' >text
	refused text "line 2, byte offset"
	head -c 1000 /dev/zero >zeros
	refused zeros "byte offset"
	printf '\177ELF' >elf
	refused elf "not valid JSON"
	{ cat copy.json && echo x; } >tail
	refused tail "not valid JSON"
}

@test "a huge file that is no trace is refused at once" {
	truncate -s 1T sparse
	refused sparse "byte offset"
	printf '{' | dd of=sparse conv=notrunc status=none
	refused sparse "not valid JSON"
}

@test "other JSON is refused" {
	echo '[]' >list
	refused list "not a trace"
	echo '{"traceEvents": []}' >other
	refused other "not a trace: copytrace.schema is missing"
	echo 17 >number
	refused number "number: not"
}

@test "another version of the schema is refused before anything else" {
	refused_with '{copytrace: {schema: 2}}' "schema 2 isn't the one that this version reads (1)"
}

@test "a missing or wrong value is named by its place" {
	refused_with 'del(.totals)' "totals is missing"
	refused_with '.processes[0].by_call[1].calls = "4"' "processes[0].by_call[1].calls isn't a whole number"
	refused_with '.processes[0].by_call[1].calls = -4' "processes[0].by_call[1].calls isn't a whole number from 0"
	refused_with '.processes[0].by_call[1].calls = 4.5' "processes[0].by_call[1].calls isn't a whole number"
	refused_with 'del(.processes[0].by_object[0].time_ns)' "processes[0].by_object[0].time_ns is missing"
	refused_with '.processes[0].argv = "copy"' "processes[0].argv isn't an array"
	refused_with '.processes[0].argv[0] = 1' "processes[0].argv[0] isn't a string"
	refused_with '.processes[0].by_call[0].sizes = {"3": 1}' "processes[0].by_call[0].sizes.3 isn't 0 or a power of two"
	refused_with '.processes[0].by_call[0].sizes = {"01": 1}' "processes[0].by_call[0].sizes.01 isn't 0 or a power of two"
	refused_with '.processes[0].start = -1' "processes[0].start isn't a time"
	refused_with '.processes[0].start = 1e10' "processes[0].start isn't a time"
	refused_with '.processes[0].coverage.stacks.on = 1' "processes[0].coverage.stacks.on isn't true or false"
	refused_with '.processes[0].exe = null' "processes[0].exe isn't a string"
	refused_with '.processes = {}' "processes isn't an array"
	refused_with '.processes = []' "has no process in it"
}

@test "an index that leads nowhere is refused" {
	refused_with '.stacks[0][0] = 99' "stacks[0][0] is frame 99 of 3"
	refused_with '.stacks[0][0] = -1' "stacks[0][0] isn't a whole number from 0"
	refused_with '.processes[0].by_stack[0].stack = 2' "processes[0].by_stack[0].stack is 2 of 2"
	refused_with '.frames = []' "stacks[0][0] is frame 0 of 0"
	"$PYTHON" "$ROOT/tests/fixtures/viewer/build" memory >copy.json
	refused_with '.processes[1].memory.by_stack = [.processes[0].memory.by_stack[2] | .stack = 9]' \
		"processes[1].memory.by_stack[0].stack is 9 of 7"
	refused_with '.processes[0].memory.large_blocks[0].stack = 7' "processes[0].memory.large_blocks[0].stack is 7 of 7"
	refused_with '.processes[0].faults.rows[2].stack = 7' "processes[0].faults.rows[2].stack is 7 of 7"
	refused_with '.processes[1].faults.rows[1].mapping = 2' "processes[1].faults.rows[1].mapping is 2 of 2"
}

@test "numbers that don't fit are refused" {
	local number
	for number in 9223372036854775808 18446744073709551616 1e999 -1e999; do
		sed "0,/\"calls\": 4/s//\"calls\": $number/" copy.json >big.json
		refused big.json "big.json: "
	done
	sed 's/"live_bytes": 4096/"live_bytes": -9223372036854775808/' copy.json >least.json
	refused least.json "processes[0].memory.live_bytes isn't a whole number"
}

@test "the largest numbers are added up without running over" {
	sed 's/"to_user_bytes": 65536/"to_user_bytes": 9223372036854775807/' copy.json >big.json
	sed 's/"pid": 100,/"pid": 101,/' big.json >other.json
	"$VIEWER" report --json big.json other.json >sum.json
	run -0 jq -c '[(.processes | length), .totals.from_user_bytes]' sum.json
	assert_output '[2,131072]'
	"$VIEWER" report sum.json >/dev/null
	"$VIEWER" diff big.json sum.json >/dev/null
	"$VIEWER" check sum.json 'to_user_bytes == 9223372036854775807'
}

@test "deep nesting and duplicate keys are refused" {
	printf '{"copytrace": %s' "$(printf '[%.0s' {1..20000})" >deep
	refused deep "not valid JSON"
	sed 's/"pid": 100,/"pid": 100, "pid": 101,/' copy.json >twice
	refused twice "duplicate object key"
}

@test "a name with a newline makes no second line" {
	printf x >$'two\nlines\e[2J'
	refused $'two\nlines\e[2J' 'two\x0alines\x1b[2J'
}

@test "a trace cut off anywhere is refused" {
	jq -c . copy.json >small.json
	run -0 "$PYTHON" - "$VIEWER" small.json <<-'END'
		import os, subprocess, sys
		viewer, name = sys.argv[1:]
		whole = open(name, "rb").read().rstrip()
		def offsets():
		    # Every byte of the head and the tail; in between, where the same keys come again and again, some.
		    yield from range(0, 400)
		    yield from range(400, len(whole) - 200, 23)
		    yield from range(len(whole) - 200, len(whole))
		bad = []
		with open("cut.json", "wb") as cut:
		    for n in offsets():
		        cut.seek(0)
		        cut.truncate()
		        cut.write(whole[:n])
		        cut.flush()
		        done = subprocess.run([viewer, "report", "cut.json"], capture_output=True, text=True, timeout=20)
		        if done.returncode != 2 or done.stdout or done.stderr.count("\n") != 1 or "offset" not in done.stderr:
		            bad.append((n, done.returncode, done.stdout[:80], done.stderr[:200]))
		print(*bad[:5], sep="\n", end="")
	END
	assert_output ""
}

@test "one bad file among good ones is named, and the others are reported" {
	echo x >bad
	run -0 "$VIEWER" report copy.json
	local alone=$output
	run -2 --separate-stderr "$VIEWER" report copy.json bad
	assert_equal "$output" "$alone"
	assert_equal "${#stderr_lines[@]}" 1
	assert_equal "${stderr_lines[0]%%bad: *}" "copytrace: "
}
