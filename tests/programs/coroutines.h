/*
 * coroutines.h - two coroutines on stacks of their own, each of which switches to the other.
 */
#ifndef COROUTINES_H
#define COROUTINES_H

#include "must.h"
#include <ucontext.h>

static ucontext_t home, context[2];

/* Runs both until the second comes home. */
static inline void run_coroutines(void (*coroutine)(int))
{
	static char stack[2][65536];
	for (int i = 0; i < 2; i++) {
		must(getcontext(&context[i]));
		context[i].uc_stack.ss_sp = stack[i];
		context[i].uc_stack.ss_size = sizeof(stack[i]);
		makecontext(&context[i], (void (*)(void))coroutine, 1, i);
	}
	must(swapcontext(&home, &context[0]));
}

#endif
