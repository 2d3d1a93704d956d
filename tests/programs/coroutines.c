/*
 * coroutines.c - two coroutines on stacks of their own take turns between their reads.
 *
 * EXPECT call read: calls=2*1000 returned=1000*30+1000*40 zero_filled=1000*30+1000*40
 * EXPECT coverage: calls_nested=0 stacks_wrong=0
 */
#include "coroutines.h"
#include <fcntl.h>

static int zero;

static void coroutine(int i)
{
	char buffer[40];
	for (int round = 0; round < 1000; round++) {
		gives(read(zero, buffer, 30 + 10 * i), 30 + 10 * i);
		must(swapcontext(&context[i], &context[!i]));
	}
	must(swapcontext(&context[i], i ? &home : &context[1]));
}

int main(void)
{
	zero = must(open("/dev/zero", O_RDONLY));
	run_coroutines(coroutine);
	return 0;
}
