# transparency_libraries.bats - libraries that a program brings, loads and unloads go on working as without us.
load helpers/common

@test "libraries that come and go at one address keep their stacks apart" {
	for size in 100 200; do
		gcc -O1 -g -shared -fPIC -DSIZE=$size -o "$BATS_TEST_TMPDIR/libplug$size.so" "$ROOT/tests/programs/plug.c"
	done
	ENVIRONMENT=(COPYTRACE_OPTIONS=verify-stacks)
	ledger plugging "$BATS_TEST_TMPDIR/libplug100.so" "$BATS_TEST_TMPDIR/libplug200.so"
	only_trace
	for size in 100 200; do
		run -0 jq --arg name "/libplug$size.so" '. as $trace | [.processes[0].by_stack[] | select(.name == "read" and .stack != null)
			| select(any($trace.stacks[.stack][]; $trace.frames[.].module | tostring | endswith($name))) | .returned_bytes] | add' "$trace"
		assert_output $((20 * size))
	done
	expect --line 'coverage: stacks_wrong=0' "$trace"
}

@test "what a library's constructor does before ours is in the ledger, and nothing of what we do then" {
	local dir=$BATS_TEST_TMPDIR
	gcc -O1 -D_GNU_SOURCE -shared -fPIC -o "$dir/libconstructing.so" "$ROOT/tests/programs/constructing.c"
	echo 'int main(void) { return 0; }' |
		gcc -xc -o "$dir/main" - -Wl,--no-as-needed -L"$dir" -lconstructing -Wl,-rpath,"$dir"
	run -0 traced "$dir/main"
	assert_output ""
	expect --source "$ROOT/tests/programs/constructing.c" "$TRACES"
}

@test "what stdio still holds at the exit is in the ledger; where libc is left alone, in the audit" {
	echo '#include <stdio.h>
		int main(void) { printf("hello\n"); return 0; }' | gcc -xc -o "$BATS_TEST_TMPDIR/main" -
	run -0 traced "$BATS_TEST_TMPDIR/main"
	assert_output hello
	expect --line 'syscall write: calls=1 returned=6 from_user=6' --line 'totals: returned=6 from_user=6' \
		--line 'audit: wchar=6 explained_from_user=6 unattributed_from_user=0' "$TRACES"
	forget_traces
	run -0 traced COPYTRACE_OPTIONS=no-syscall-layer "$BATS_TEST_TMPDIR/main"
	assert_output hello
	expect --line 'function puts: calls=1 returned=6' --line 'syscall write:' --line 'totals:' \
		--line 'audit: wchar=6 explained_from_user=0 unattributed_from_user=6' "$TRACES"
}

@test "a library found by its loader's RUNPATH is still found" {
	local dir=$BATS_TEST_TMPDIR
	mkdir "$dir/private"
	echo 'int hidden(void); int hidden(void) { return 42; }' | gcc -shared -fPIC -xc -o "$dir/private/libhidden.so" -
	echo '#include <dlfcn.h>
		int find(void);
		int find(void) { void *l = dlopen("libhidden.so", RTLD_NOW); return l ? ((int (*)(void))dlsym(l, "hidden"))() : 1; }' |
		gcc -shared -fPIC -xc -o "$dir/libfinder.so" - -Wl,--enable-new-dtags,-rpath,"\$ORIGIN/private"
	echo 'int find(void); int main(void) { return find(); }' | gcc -xc -o "$dir/main" - -L"$dir" -lfinder -Wl,-rpath,"$dir"
	run -42 "$dir/main"
	run -42 traced "$dir/main"
	assert_output ""
}

@test "a program's own libunwind and jansson are the ones it linked" {
	echo '#define UNW_LOCAL_ONLY
		#include <jansson.h>
		#include <libunwind.h>
		#include <string.h>
		int main(void)
		{
			unw_context_t context;
			unw_cursor_t cursor;
			char *text = json_dumps(json_pack("{s:i}", "a", 5), JSON_COMPACT);
			unw_getcontext(&context);
			unw_init_local(&cursor, &context);
			return strcmp(text, "{\"a\":5}") || unw_step(&cursor) <= 0 ? 1 : 7;
		}' | gcc -xc -o "$BATS_TEST_TMPDIR/own" - -ljansson -lunwind
	run -7 "$BATS_TEST_TMPDIR/own"
	run -7 traced "$BATS_TEST_TMPDIR/own"
	assert_output ""
}

@test "a library with the unwinder linked in throws and catches, loaded late" {
	echo '#include <stdexcept>
		extern "C" int thrower() { try { throw std::runtime_error("x"); } catch (const std::exception &) { return 9; } return 1; }' |
		g++ -xc++ -shared -fPIC -static-libgcc -static-libstdc++ -o "$BATS_TEST_TMPDIR/libthrower.so" -
	echo '#include <dlfcn.h>
		int main(int n, char **a) { void *l = dlopen(a[1], RTLD_NOW); return l ? ((int (*)(void))dlsym(l, "thrower"))() : 1; }' |
		gcc -xc -o "$BATS_TEST_TMPDIR/main" -
	run -9 "$BATS_TEST_TMPDIR/main" "$BATS_TEST_TMPDIR/libthrower.so"
	run -9 traced "$BATS_TEST_TMPDIR/main" "$BATS_TEST_TMPDIR/libthrower.so"
	assert_output ""
}
