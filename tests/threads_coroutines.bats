# threads_coroutines.bats - stacks, threads and namespaces of a program's own making.
load helpers/common

@test "destructors of what a thread had make their calls, however it ends" {
	ledger thread_locals
}

@test "coroutines that switch inside a library function leave the totals exact" {
	ledger switched_inside
}

@test "a library loaded with deep binding is seen below libc, and one with a libc of its own runs as ever" {
	local source='#include <stdio.h>
		#include <stdlib.h>
		#include <unistd.h>
		int move(int fd, const char *path) {
			char *block = malloc(100); int n = (int)read(fd, block, 100); FILE *f = fopen(path, "w");
			fwrite(block, 1, 5, f); fclose(f); free(block); close(fd); return n; }'
	for name in one two; do
		gcc -O1 -shared -fPIC -xc -o "$BATS_TEST_TMPDIR/lib$name.so" - <<<"$source"
	done
	ledger namespaces "$BATS_TEST_TMPDIR/libone.so" "$BATS_TEST_TMPDIR/libtwo.so"
}
