# viewer_check.bats - assertions about a trace: what holds, what fails and how, what can't be understood.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	made copy sendfile one_byte tree layers
}

check() {
	"$VIEWER" check "$@"
}

# Each must hold of copy.json, silently.
holds() {
	run -0 check copy.json "$@"
	assert_output ""
}

fails() {
	run -1 check copy.json "$@"
	assert_output --regexp "^copytrace: check failed: "
}

# Each must be refused in one line that names it.
refused() {
	local expression
	for expression; do
		run -2 check copy.json "$expression"
		assert_equal "${#lines[@]}" 1
		assert_output --partial "copytrace: "
	done
}

@test "every comparison holds or fails where it should" {
	holds 'calls <= 4' 'calls < 5' 'calls >= 4' 'calls > 3' 'calls == 4' 'calls != 3'
	local expression
	for expression in 'calls <= 3' 'calls < 4' 'calls >= 5' 'calls > 4' 'calls == 5' 'calls != 4'; do
		fails "$expression"
	done
}

@test "a failure names the expression, the value and the limit" {
	run -1 check copy.json 'to_user_bytes <= 63KiB'
	assert_output "copytrace: check failed: to_user_bytes <= 63KiB: value 65,536 (64.0 KiB) exceeds the limit 64,512 (63.0 KiB)"
}

@test "units are decimal and binary, of bytes and of time" {
	holds 'to_user_bytes == 64KiB' 'to_user_bytes < 66kB' 'to_user_bytes == 65536B' 'to_user_bytes == 65536' \
		'time_ns == 10us' 'time_ns < 1 s' 'time_ns == 10000ns'
	jq '.totals += {to_user_bytes: 1e6, from_user_bytes: 1e9, in_kernel_bytes: 1e12, by_reference_bytes: 1048576,
		discarded_bytes: 1073741824, zero_filled_bytes: 1099511627776, time_ns: 1e6, blocked_ns: 1e9} |
		map_values(if type == "object" then map_values(if type == "number" then floor else . end) else . end)' copy.json >units.json
	run -0 check units.json 'to_user_bytes == 1MB' 'from_user_bytes == 1GB' 'in_kernel_bytes == 1TB' 'by_reference_bytes == 1MiB' \
		'discarded_bytes == 1GiB' 'zero_filled_bytes == 1TiB' 'time_ns == 1ms' 'blocked_ns == 1s'
}

@test "blanks don't matter" {
	holds 'calls<=4' ' calls  <=  4 ' 'call(read).calls==2'
}

@test "copied_bytes is the sum of what was copied" {
	run -0 check copy.json 'copied_bytes == 128KiB'
	run -0 check sendfile.json 'copied_bytes == 0' 'by_reference_bytes == 64KiB'
}

@test "a call, a kind, an object and the memory can be asked about" {
	holds 'call(read).to_user_bytes == 64KiB' 'kind(tcp).from_user_bytes == 64KiB' \
		'object(tcp 127.0.0.1:80).from_user_bytes == 64KiB' 'object(/tmp/a).calls == 2' \
		'memory.allocations == 12' 'memory.peak_live_bytes < 6KiB' 'memory.live_bytes == 4KiB'
	fails 'call(read).to_user_bytes < 64KiB'
	fails 'memory.asked_bytes < 5kB'
}

@test "of several processes memory is added up, and peaks are those of the largest" {
	run -0 check tree.json 'memory.allocations == 36' 'memory.peak_live_bytes == 5200'
}

@test "a call of both layers is that of the library unless told otherwise" {
	run -0 check layers.json 'call(fread).calls == 100' 'call(read).calls == 2' 'call(syscall:read).calls == 2' \
		'call(library:read).calls == 0'
	jq '.processes[0].by_call |= [(.[0] | .layer = "syscall" | .calls = 5)] + .' copy.json >both.json
	run -0 check both.json 'call(read).calls == 2' 'call(library:read).calls == 2' 'call(syscall:read).calls == 5'
}

@test "an object is all that has its name, of whatever kind" {
	jq '.processes[0].by_object[].name = "/tmp/a"' copy.json >kinds.json
	run -0 check kinds.json 'object(/tmp/a).calls == 4' 'object(/tmp/a).copied_bytes == 128KiB'
}

@test "what isn't in the trace counts as 0" {
	holds 'call(sendfile).calls == 0' 'kind(pipe).to_user_bytes == 0'
	run -0 check copy.json 'object(/tmp/b).calls == 0'
	assert_output "copytrace: object(/tmp/b).calls == 0: no object of that name in copy.json; it counts as 0"
}

@test "a change is checked in percent and in units" {
	jq '.totals.to_user_bytes = 68813' copy.json >grown.json
	run -0 check grown.json 'diff(copy.json).to_user_bytes <= +5.1%' 'diff(copy.json).to_user_bytes > +5%' \
		'diff(copy.json).to_user_bytes == +3277' 'diff(copy.json).to_user_bytes <= 4KiB' \
		'diff(copy.json).from_user_bytes == 0' 'diff(copy.json).from_user_bytes <= +0%'
	run -1 check grown.json 'diff(copy.json).to_user_bytes < +5%'
	assert_output "copytrace: check failed: diff(copy.json).to_user_bytes < +5%: change +5 % (65,536 (64.0 KiB) to 68,813 (67.2 KiB)) isn't below the limit +5 %"
	run -0 check copy.json 'diff(grown.json).to_user_bytes < -4%' 'diff(grown.json).to_user_bytes < -3KiB'
	run -1 check copy.json 'diff(grown.json).to_user_bytes < -10%'
	run -1 check copy.json 'diff(grown.json).to_user_bytes == 0'
	assert_output "copytrace: check failed: diff(grown.json).to_user_bytes == 0: change -3,277 (3.20 KiB) (68,813 (67.2 KiB) to 65,536 (64.0 KiB)) isn't the required +0 B"
}

@test "a change from or to less than nothing has its sign" {
	jq '.processes[0].memory.live_bytes = -4096' copy.json >less.json
	jq '.processes[0].memory.live_bytes = 0' copy.json >none.json
	run -0 check copy.json 'diff(less.json).memory.live_bytes == +200%' 'diff(less.json).memory.live_bytes == +8KiB'
	run -0 check less.json 'diff(copy.json).memory.live_bytes == -200%' 'diff(none.json).memory.live_bytes < -1000%'
	run -1 check copy.json 'diff(less.json).memory.live_bytes < +5%'
	assert_output --partial "change +200 % (-4,096 (4.00 KiB) to 4,096 (4.00 KiB))"
	# No more than there are numbers for.
	sed 's/"live_bytes": 4096/"live_bytes": -9000000000000000000/' copy.json >least.json
	sed 's/"live_bytes": 4096/"live_bytes": 9000000000000000000/' copy.json >most.json
	run -0 check most.json 'diff(least.json).memory.live_bytes > +9000000000000000000'
	run -0 check least.json 'diff(most.json).memory.live_bytes < -9000000000000000000'
}

@test "from nothing to nothing is no change, from nothing to something is more than any percentage" {
	holds 'diff(sendfile.json).in_kernel_bytes <= +0%'
	fails 'diff(sendfile.json).in_kernel_bytes <= -5%'
	assert_output --partial "change +0 % (0 B to 0 B) exceeds the limit -5 %"
	fails 'diff(sendfile.json).to_user_bytes < +1000000%'
	assert_output --partial "change from nothing (0 B to 65,536 (64.0 KiB))"
	run -0 check sendfile.json 'diff(copy.json).to_user_bytes == -100%'
}

@test "a change of a call, a kind and the memory can be checked" {
	run -0 check one_byte.json 'diff(copy.json).call(read).to_user_bytes < -90%' \
		'diff(copy.json).kind(tcp).calls == -2' 'diff(copy.json).memory.asked_bytes <= +0%'
}

@test "the processes of one program can be asked about, together or one by one" {
	jq '.processes[2].exe = "/usr/bin/cat" | .untraced_processes = []' tree.json >cats.json
	run -0 check cats.json 'process(cat).calls == 4' 'process(cat#1).calls == 2' 'process(sh).memory.allocations == 12' \
		'process(cat#1).object(/tmp/a).calls == 2' 'process(cat).call(read).to_user_bytes == 10000' 'calls == 6'
	assert_output ""
	jq '.processes |= reverse' cats.json >turned.json
	run -0 check turned.json 'process(cat#1).to_user_bytes == 9000' 'process(cat#2).to_user_bytes == 1000'
	assert_output ""
	jq '.processes[0:2][] |= (.pid = 7 | .start = 1) | .processes[0].image = 1' turned.json >images.json
	run -0 check images.json 'process(cat#1).to_user_bytes == 9000' 'process(cat#2).to_user_bytes == 1000'
	run -1 check cats.json 'process(cat#2).calls == 4'
	run -0 check cats.json 'process(cat#3).calls == 0'
	assert_output "copytrace: process(cat#3).calls == 0: no such process in cats.json; it counts as 0"
	refused 'process(cat#0).calls == 0' 'process(cat#99999999999999999999).calls == 0'
	jq '.processes[1].exe = "/opt/c#"' tree.json >sharp.json
	run -0 check sharp.json 'process(c#).to_user_bytes == 9000' 'process(c##1).to_user_bytes == 9000'
}

@test "a process is absent only where it is said to be, and not where its file is gone" {
	jq '.processes[2].exe = "/usr/bin/cat (deleted)" | .untraced_processes = []' tree.json >cats.json
	run -0 check cats.json 'process(cat).calls == 4' 'process(cat#2).calls == 2' 'process(cat (deleted)).calls == 2'
	assert_output ""
	run -0 check copy.json 'diff(cats.json).process(cat).calls == -4'
	assert_output "copytrace: diff(cats.json).process(cat).calls == -4: no such process in copy.json; it counts as 0"
	run -0 check cats.json 'diff(copy.json).process(cat).calls == +4'
	assert_output "copytrace: diff(copy.json).process(cat).calls == +4: no such process in copy.json; it counts as 0"
	run -0 check sendfile.json 'diff(copy.json).object(/tmp/a).calls == -2'
	assert_output ""
}

@test "a name that was kept out of a trace holds nothing" {
	local claim exe="redacted-0123456789abcdef"
	for exe in "redacted-0123456789abcdef" "(redacted)"; do
		jq --arg exe "$exe" '.processes[].exe = $exe | .processes[0].by_object[1].name = $exe' copy.json >redacted.json
		for claim in 'process(copy).calls == 0' 'process(copy#1).calls == 0' 'object(/etc/passwd).calls < 1' \
			'mapping(libc.so.6).cow_bytes < 1' 'object(/tmp/a).calls < 1'; do
			run -1 check redacted.json "$claim"
			assert_output "copytrace: check failed: $claim: it isn't known in redacted.json"
		done
		run -0 check redacted.json "process($exe).calls == 4" "object($exe).calls == 2" 'mapping(heap).maps == 0' 'mapping([heap]).maps == 0' \
			'calls == 4'
	done
}

@test "what may have gone to (other) holds nothing" {
	local claim
	jq '(.processes[0].by_object[0]) |= (.kind = "other" | .name = "(other)")' copy.json >folded.json
	for claim in 'object(/tmp/b).calls < 9' 'kind(tcp).calls < 9' 'object(/nowhere).to_user_bytes == 0'; do
		run -1 check folded.json "$claim"
		assert_output "copytrace: check failed: $claim: it isn't known in folded.json"
	done
	run -0 check folded.json 'kind(other).calls > 0' 'object((other)).calls > 0' 'object(/nowhere).errors == 0' 'call(read).calls == 2'
	refused 'kind(tpc).calls < 9'
}

@test "programs that could not be traced are told of, and can be asserted" {
	jq '.processes[0].coverage.untraced = [{path: "/opt/static", why: "is linked statically", times: 2}]' copy.json >untraced.json
	local said="copytrace: untraced.json: 2 programs could not be traced, and no figure has what they copied; see copytrace report"
	run -0 check untraced.json 'coverage.untraced == 2'
	assert_output "$said"
	run -1 check untraced.json 'coverage.untraced == 0'
	assert_line --index 0 "$said"
	assert_line --index 1 "copytrace: check failed: coverage.untraced == 0: value 2 isn't the required 0"
	run -1 check untraced.json 'process(static).calls == 0'
	assert_line --index 1 "copytrace: check failed: process(static).calls == 0: it isn't known in untraced.json"
	run -0 check --print untraced.json 'calls'
	assert_output 4
	run -0 check copy.json 'coverage.untraced == 0'
	assert_output ""
	run -0 check tree.json 'coverage.untraced == 1' 'process(cat).coverage.untraced == 0'
}

@test "values are printed instead, or changes where there is a base" {
	run -0 check --print copy.json 'to_user_bytes' 'call(read).calls' 'memory.live_bytes' 'audit.rchar'
	assert_output "$(printf '%s\n' 65536 2 4096 "$(jq '.processes[0].audit.rchar' copy.json)")"
	run -0 check -p one_byte.json 'diff(copy.json).kind(tcp).calls'
	assert_output -- -2
	run -1 --separate-stderr check --print copy.json calls cow_bytes calls
	assert_output $'4\nunknown\n4'
	run -2 check --print copy.json 'calls < 5'
	assert_output "copytrace: calls < 5: a value to print isn't compared with '< 5'"
}

@test "a base in another directory is found from the working directory" {
	mkdir -p "base (1)"
	cp copy.json "base (1)/x.json"
	holds 'diff(base (1)/x.json).calls == 0' "diff($PWD/base (1)/x.json).calls == 0"
	holds 'diff(sendfile.json).calls == +3' 'diff(copy.json).calls == 0' 'diff(sendfile.json).calls == +3'
}

@test "all expressions are checked, and each that fails is named" {
	run -1 check copy.json 'calls < 1' 'calls == 4' 'errors > 0'
	assert_equal "${#lines[@]}" 2
	assert_line --index 0 --partial "calls < 1: value 4 isn't below the limit 1"
	assert_line --index 1 --partial "errors > 0: value 0 isn't above the limit 0"
	run -2 check copy.json 'calls < 1' 'kind(pype).calls < 1' 'calls < 1'
}

@test "an unknown column is refused, and the columns are named" {
	refused 'to_usr_bytes < 1'
	assert_output --partial "to_user_bytes"
	assert_output --partial "copied_bytes"
	refused 'audit.minor < 1' 'memory.size < 1'
	assert_output --partial "peak_live_bytes"
}

@test "a call or kind that can't be is refused" {
	refused 'call(raed).calls < 1' 'call(libary:read).calls < 1' 'kind(pype).calls < 1'
}

@test "what isn't an expression is refused" {
	refused '' 'calls' 'calls <' 'calls < x' '< 5' 'calls = 5' 'calls << 5' 'calls < 5 6' 'calls < 5KiBs' \
		'calls < 5KiB' 'to_user_bytes < 5ms' 'calls < 5.5' 'calls < -5' 'calls < 5%' 'call(read.calls < 5' \
		'call(read)calls < 5' 'call(read):calls < 5' 'diff(copy.json).calls < 5%%' 'calls < 99999999999999999999' \
		'to_user_bytes < 9999999999999999GiB'
}

@test "a base that can't be read is refused" {
	refused 'diff(missing.json).calls < +5%' 'diff(.).calls < +5%'
}

@test "a trace that can't be read is refused, and so is a check of nothing" {
	run -2 check missing.json 'calls < 1'
	assert_output "copytrace: missing.json: can't be opened: No such file or directory"
	run -2 check copy.json
	run -2 check
	run -2 check --frobnicate copy.json 'calls < 1'
}

@test "an expression is printed safely" {
	run -2 check copy.json $'\e[31mcalls < 1'
	assert_output --partial '\x1b[31mcalls'
}
