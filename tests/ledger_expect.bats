# ledger_expect.bats - the comparison that all ledger tests rest on can fail.
load helpers/common

# Makes a trace of one process with one read row, changed by a jq filter, and sets `trace` to it.
make_trace() {
	trace=$BATS_TEST_TMPDIR/trace.json
	jq -n '
		def columns: {calls: 0, crossings: 0, time_ns: 0, returned_bytes: 0, to_user_bytes: 0, from_user_bytes: 0,
			errors: 0, in_kernel_bytes: 0, by_reference_bytes: 0, zero_filled_bytes: 0, cow_bytes: 0,
			discarded_bytes: 0, blocked_ns: 0, minor_faults: 0, major_faults: 0, in_process_bytes: 0};
		def some: columns + {calls: 2, crossings: 2, returned_bytes: 7, to_user_bytes: 7};
		{processes: [{pid: 2, ppid: 1, image: 0, forked: false, totals: some,
			by_call: [some + {layer: "library", name: "read", sizes: {"0": 1, "4": 1}}],
			by_object: [some + {kind: "regular", name: "/a"}],
			by_stack: [some + {layer: "library", name: "read", stack: 0}], flows: [],
			faults: {}, coverage: {syscall_layer: {on: false}}, exit: {how: "exit", status: 0}}]}' |
		jq "${1:-.}" >"$trace"
}

# The same, with the layer of system calls: four of read, two by the wrapper and one inside each of two fgetc.
make_layered_trace() {
	make_trace '.processes[0] |= (.coverage.syscall_layer.on = true
		| .by_call[0] as $read
		| ($read | .calls = 4 | .crossings = 4 | .returned_bytes = 27 | .to_user_bytes = 27) as $below
		| .totals = (.totals | .calls = 12 | .crossings = 4 | .returned_bytes = 27 | .to_user_bytes = 27)
		| .by_call += [$read + {name: "fgetc", calls: 10, returned_bytes: 10, to_user_bytes: 20, sizes: {}},
			$below + {layer: "syscall"}]
		| .by_object[0] += ($below | {calls: 12, crossings, returned_bytes, to_user_bytes})
		| .by_stack[0] += ($below | {calls, crossings, returned_bytes, to_user_bytes}))'
	[ $# -eq 0 ] || { jq "$1" "$trace" >"$trace.new" && mv "$trace.new" "$trace"; }
}

refused() {
	run -1 expect --line "$1" "$trace"
	refute_output --partial Traceback
}

@test "what is as stated passes" {
	make_trace
	for line in 'call read: calls=2 returned=3+4 to_user=7' 'object regular /a: to_user=7' 'totals: returned=7 to_user=7' \
		'sizes read: 0=1 4=1' 'processes: processes=1' 'exit: how=exit status=0' 'call write:'; do
		expect --line "$line" "$trace"
	done
}

@test "what is not as stated fails" {
	make_trace
	for line in 'call read: calls=2 returned=8 to_user=7' 'call read: calls=2 returned=7' 'object regular /b: to_user=7' \
		'totals: returned=7 to_user=7 errors=1' 'sizes read: 0=1' 'sizes read: 0=1 4=1 8=1' 'processes: processes=2' \
		'exit: how=exit status=1' 'function read: calls=2 returned=7 to_user=7' 'call read: calls>=3 returned=7 to_user=7' \
		'(child) totals: returned=7'; do
		refused "$line"
		assert_output --partial "$(cut -d: -f1 <<<"$line")"
	done
}

@test "a trace whose tables contradict each other fails" {
	local line='processes: processes=1'
	for filter in '.processes[0].totals.returned_bytes = 8' '.processes[0].totals.calls = 3' \
		'.processes[0].by_object[0].to_user_bytes = 9' '.processes[0].by_call[0].errors = 3' \
		'.processes[0].by_call[0].name = "fread"' '.processes[0].by_call += .processes[0].by_call' \
		'.processes[0].by_call[0].sizes["0"] = 5' '.processes[0].by_stack = []' \
		'.processes[0].by_call += [.processes[0].by_call[0] + {layer: "syscall"}]'; do
		make_trace "$filter"
		refused "$line"
	done
}

@test "what both layers say is as stated, and can be otherwise" {
	make_layered_trace
	for line in 'syscall read: calls=4 returned=27 to_user=27' 'function fgetc: calls=10 returned=10 crossings=2 to_user=20' \
		'totals: returned=27 to_user=27 crossings=4' 'syscall write:'; do
		expect --line "$line" "$trace"
	done
	for line in 'syscall read: calls=3 returned=27 to_user=27' 'function fgetc: calls=10 returned=10 crossings=2' \
		'function fgetc: calls=10 returned=10 to_user=20' 'syscall read:' 'syscall read: calls=4 crossings=3 returned=27 to_user=27'; do
		refused "$line"
		assert_output --partial "$(cut -d: -f1 <<<"$line")"
	done
}

@test "a trace whose layers contradict each other fails" {
	for filter in '.by_call[2].to_user_bytes = 26' '.by_call[2].crossings = 3' '.by_call[1].to_user_bytes = 21' \
		'.by_call[1].crossings = 3' '.by_call[0].calls = 5' '.by_call[0].errors = 1' '.by_call[1].crossings = 0' \
		'.by_call[1].name = "malloc"' '.by_object[0].crossings = 3' '.by_stack[0].to_user_bytes = 28' \
		'.coverage.syscall_layer.on = false' '.totals.discarded_bytes = 1' '.by_call |= del(.[2])'; do
		make_layered_trace ".processes[0] |= ($filter)"
		refused 'processes: processes=1'
	done
}

@test "a program that states nothing is an error, and so is a line that isn't understood" {
	make_trace
	run ! expect --source /dev/null "$trace"
	assert_output --partial "nothing is expected"
	run ! expect --line 'call read calls=2' "$trace"
	run ! expect --line 'totals: returned=seven' "$trace"
	refute_output --partial Traceback
	# What is misspelt would be 0 as anything that isn't there.
	local line
	for line in 'call raed:' 'function raed:' 'syscall raed:' 'copy mencpy:' 'sizes raed:'; do
		run -1 expect --line "$line" "$trace"
		assert_output "expect: no such row: EXPECT $line"
	done
}
