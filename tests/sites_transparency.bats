# sites_transparency.bats - a program whose libc was rewritten runs as it would run with libc as it was.
load helpers/common
load real/helpers

@test "a system call by way of libc keeps vector registers, arguments and red zone as the kernel does" {
	build_program sites_registers
	run -0 "$program"
	local wanted=$output stacks
	for stacks in on all off; do
		forget_traces
		run -0 traced COPYTRACE_STACKS=$stacks "$program"
		assert_output "$wanted"
	done
}

@test "after the rewriting no memory is writable and executable, and libc's text is one mapping" {
	build_program sites_text
	run -0 traced "$program"
	assert_output "text changed, 1 mappings, 0 dangerous"
	run -0 traced COPYTRACE_OPTIONS=no-syscall-layer "$program"
	assert_output "nothing changed, 1 mappings, 0 dangerous"
}

# Where libc can't be rewritten: as by prctl(PR_SET_MDWE), or by the filter of a sandbox.
refused() {
	build_program sites_text
	local text=$program
	build_program sites_refused
	run traced "$program" "$1" "$text" /bin/echo unharmed
	[ "$status" -ne 77 ] || skip "this kernel doesn't refuse memory that is writable and executable"
	assert_success
}

@test "where memory can't become writable and executable, libc stays as it was and the trace says why" {
	local by
	for by in filter kernel; do
		forget_traces
		refused $by
		assert_line "nothing changed, 1 mappings, 0 dangerous"
		assert_line unharmed
		assert_equal "${#lines[@]}" 2
		run -0 jq -s '[.[].processes[] | select(.exe | endswith("/sites_text") or endswith("/echo"))] | length,
			all(.coverage.syscall_layer | .on == false and (.why | test("writable|refuse")))' "$TRACES"/*.json
		assert_line --index 0 2
		assert_line --index 1 true
	done
}

@test "threads that were at work before the rewriting go on" {
	mkdir -p "$PROGRAMS"
	local library=$BATS_TEST_TMPDIR/libsites_early.so program=$BATS_TEST_TMPDIR/early round
	gcc -O1 -g -Wall -Werror -D_GNU_SOURCE -shared -fPIC -o "$library" "$ROOT/tests/programs/sites_early.c" -pthread
	gcc -O1 -g -Wall -Werror -D_GNU_SOURCE -o "$program" "$ROOT/tests/programs/sites_early_main.c" "$library" \
		-Wl,-rpath,"$BATS_TEST_TMPDIR"
	for round in {1..30}; do
		run -0 traced timeout 30 "$program"
		assert_output unharmed
	done
	run -0 jq -s 'all(.[].processes[]; .coverage.syscall_layer.on)' "$TRACES"/*.json
	assert_output true
}

@test "children of every kind: exact, and as they do alone" {
	build_program sites_children
	exact "$program" text
}

@test "a thread cancelled while libc reads holds nobody up" {
	build_program cancelled_inside
	run -0 "$program"
	run -0 traced "$program"
	assert_output "all cancelled"
}

@test "a thread that started another program can be cancelled as ever" {
	build_program cancelled_after_exec
	run -0 "$program"
	run -0 traced "$program"
	assert_output "all cancelled"
	run -0 traced COPYTRACE_OPTIONS=exhaustive "$program"
	assert_output "all cancelled"
}

@test "a clone made by its number runs on its own stack" {
	build_program cloned_by_number
	run -0 traced "$program"
	assert_output "it ran, and ended"
}

@test "a ring that is closed by a range or replaced lets its files go" {
	[ "$(cat /proc/sys/kernel/io_uring_disabled 2>/dev/null)" = 0 ] || skip "io_uring is missing or switched off here"
	build_program closed_rings
	run -0 "$program"
	run -0 traced "$program"
	assert_output "end of file"
}

@test "a blocked signal stays pending while calls are recorded, in either mode" {
	local options
	build_program blocked_sigsys
	for options in quiet quiet,exhaustive; do
		run -0 traced COPYTRACE_OPTIONS=$options "$program"
		assert_output "still here"
	done
}

@test "a handler writes on an alternate stack of 8 KiB, in either mode" {
	local options
	build_program alternate_stack
	run "$program"
	[ "$status" -eq 0 ] || skip "a signal's frame alone is too much for 8 KiB here"
	for options in quiet quiet,exhaustive; do
		run -0 traced COPYTRACE_OPTIONS=$options "$program"
		assert_output "handled"
	done
}
