/*
 * coroutines.c - two coroutines on stacks of their own take turns between their reads.
 *
 * EXPECT call read: calls=2*1000 returned=1000*30+1000*40 zero_filled=1000*30+1000*40
 * EXPECT coverage: calls_nested=0 stacks_wrong=0
 */
#include "must.h"
#include <fcntl.h>
#include <ucontext.h>

static ucontext_t home, context[2];
static char stack[2][65536];
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
	for (int i = 0; i < 2; i++) {
		must(getcontext(&context[i]));
		context[i].uc_stack.ss_sp = stack[i];
		context[i].uc_stack.ss_size = sizeof(stack[i]);
		makecontext(&context[i], (void (*)(void))coroutine, 1, i);
	}
	must(swapcontext(&home, &context[0]));
	return 0;
}
