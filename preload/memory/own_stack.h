/*
 * own_stack.h - a stack of ours for what takes more than a small one of the program's has: an
 * alternate signal stack of 8 KiB, a coroutine's.
 */
#ifndef MEMORY_OWN_STACK_H
#define MEMORY_OWN_STACK_H

#include "region/thread.h"

void own_stack_switch(void (*function)(void *), void *argument, void *end)
    __attribute__((visibility("hidden")));

/*
 * Runs a function on the stack in a thread's memory, which nobody else may be
 * using: with signals held and bookkeeping under way. Inside of it that is the
 * same stack still.
 */
static inline void own_stack_run(struct locals *locals, void (*function)(void *), void *argument)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	uintptr_t start = (uintptr_t)locals->own_stack;
	if (here - start < sizeof(locals->own_stack))
		function(argument);
	else
		own_stack_switch(function, argument, locals->own_stack + sizeof(locals->own_stack));
}

#endif
