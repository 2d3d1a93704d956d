/*
 * dispatch_thread.h - whether the calling thread has thread-local memory of ours, and what serves
 * instead.
 *
 * A thread that the program makes by clone itself has what it likes in %fs, or
 * the same as its maker; then `self` is not there, or is another thread's.
 */
#ifndef SYSCALL_DISPATCH_THREAD_H
#define SYSCALL_DISPATCH_THREAD_H

#include <stdbool.h>
#include <stdint.h>

/* What dispatch keeps for each thread. */
struct dispatch_self {
	bool sigsys_blocked; /* as the program sees it */
	bool left;	     /* to a dispatch of the program's own */
	bool shallow;	     /* what is left of the stack is little */
};

/* Before the first trap. */
void dispatch_thread_init(void);

/* Whether %fs is glibc's, and this thread's. Makes no system call in programs of pthreads only. */
bool dispatch_thread_is_known(void);

/* This thread's, wherever that is. */
struct dispatch_self *dispatch_thread_self(bool known);

/*
 * Runs a function of ours with thread-local memory, for a thread that isn't
 * known. Signals wait: the program's handlers need its own %fs. Returns false
 * where there is no memory.
 */
bool dispatch_thread_lend(void (*function)(void *), void *argument);

/* The caller makes a thread that shares its %fs. */
void dispatch_thread_sharing(void);

/* In a forked child. */
void dispatch_thread_forget(void);

uintptr_t dispatch_thread_base(void);

#endif
