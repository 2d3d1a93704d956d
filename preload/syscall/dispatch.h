/*
 * dispatch.h - exhaustive mode: every system call that isn't made from our own text comes to us.
 *
 * Syscall User Dispatch (Linux 5.11, x86-64): the kernel sends a thread SIGSYS
 * instead of making its system call, unless the instruction lies in the one
 * range that the thread named, which is our text. It is the net under the
 * rewriting of libc, for code that brings its own system calls.
 *
 * Each thread and each child starts without it, so whoever makes one arms it
 * (dispatch_clone.c). SIGSYS must never be blocked or ignored then, or the
 * kernel ends the process: what the program wants with it is kept apart
 * (dispatch_signals.c, dispatch_masks.c).
 */
#ifndef SYSCALL_DISPATCH_H
#define SYSCALL_DISPATCH_H

#include "shared/region.h"

#include <stdbool.h>
#include <stdint.h>

/* Finds out whether the kernel has it for us, by asking for it; says so where it hasn't. */
void dispatch_probe(void);

/*
 * Where it has, begins in all threads that there are. The end of our
 * constructor: from here on libc's calls cost a signal where they aren't
 * rewritten.
 */
void dispatch_start(void);

/* ON from the probe on. For the region, also that of a child. */
enum exhaustive_state dispatch_state(void);

/* Arms the calling thread; false where the kernel refuses. */
bool dispatch_arm(void);
void dispatch_disarm(void);

/* In a child with memory of its own, the thread that forked: there is no other. */
void dispatch_forked(bool handlers_cleared);

/* The program dispatches its own system calls: we leave it to it. */
void dispatch_taken(void);

#endif
