# allocators.bats - other allocators beside us, before and after: a program's output and end stay the same.
load helpers/common

setup() {
	build_program allocator_threads
	run -3 "$program"
	untraced=$output
}

# with_allocator LIBRARY - the same output, and a trace, whichever of the two comes first.
with_allocator() {
	local first order
	ldconfig -p | grep -q "$1 " || [ -e "$1" ] || skip "$1 is not installed"
	for stacks in on all; do
		for order in "$LIBRARY:$1" "$1:$LIBRARY"; do
			echo "LD_PRELOAD=$order COPYTRACE_STACKS=$stacks"
			forget_traces
			run -3 env LD_PRELOAD="$order" COPYTRACE_DIR="$TRACES" COPYTRACE_STACKS=$stacks "$program"
			assert_output "$untraced"
			only_trace
			if [ "$order" = "$LIBRARY:$1" ]; then
				expect --line 'function malloc: calls>=20000 returned=any' --line 'exit: how=exit status=3' "$trace"
			else
				expect --line 'exit: how=exit status=3' "$trace"
			fi
		done
	done
}

@test "glibc's allocator, with all stacks" {
	traces_directory
	run -3 env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" COPYTRACE_STACKS=all COPYTRACE_OPTIONS=verify-stacks "$program"
	assert_output "$untraced"
	expect --line 'coverage: stacks_wrong=0' --line 'function malloc: calls>=20000 returned=any' "$TRACES"
}

@test "jemalloc" {
	with_allocator libjemalloc.so.2
}

@test "tcmalloc" {
	with_allocator libtcmalloc_minimal.so.4
}

@test "mimalloc" {
	with_allocator libmimalloc.so.2
}

@test "glibc's own debugging allocator" {
	export GLIBC_TUNABLES=glibc.malloc.check=3
	with_allocator "$(dirname "$(ldd "$(command -v bash)" | awk '$1 == "libc.so.6" { print $3 }')")/libc_malloc_debug.so.0"
}

@test "a program that brings its own malloc keeps it" {
	cat >"$BATS_TEST_TMPDIR/own.c" <<-'END'
		#include <stddef.h>
		#include <unistd.h>
		static char arena[1 << 20] __attribute__((aligned(16)));
		static size_t used;
		void *malloc(size_t n) { void *p = arena + used; used += (n + 31) & ~15ul; return used < sizeof(arena) ? p : NULL; }
		void *calloc(size_t n, size_t size) { return malloc(n * size); }
		void *realloc(void *p, size_t n) { return p ? NULL : malloc(n); }
		void free(void *p) { (void)p; }
		int main(void) { char *p = malloc(10); return p >= arena && p < arena + sizeof(arena) ? 7 : 1; }
	END
	gcc -O1 -fno-builtin -o "$BATS_TEST_TMPDIR/own" "$BATS_TEST_TMPDIR/own.c"
	run -7 traced "$BATS_TEST_TMPDIR/own"
	assert_output ""
	only_trace
}

@test "the size from which malloc maps a block is what it is alone" {
	build_program mapped_block
	run -0 "$program"
	assert_output "mapped"
	local stacks
	for stacks in on off all; do
		forget_traces
		run -0 traced COPYTRACE_STACKS=$stacks "$program"
		assert_output "mapped"
	done
}
