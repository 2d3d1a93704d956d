/*
 * cloning.h - what a system call asks for that makes a process or a thread.
 */
#ifndef SYSCALL_CLONING_H
#define SYSCALL_CLONING_H

#include "syscall/frame.h"

#include <stdbool.h>

struct cloning {
	uint64_t flags;
	bool stack; /* the child gets one of its own */
};

struct cloning cloning_of(const struct call_frame *call);

/* Just before it is made. */
void cloning_prepare(const struct cloning *wanted);

#endif
