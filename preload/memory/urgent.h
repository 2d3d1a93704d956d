/*
 * urgent.h - SIGURG, which says that a ring of page faults fills up, and stays the program's.
 *
 * Its default is to be ignored, so it harms nobody who resets it; it coalesces
 * while it is blocked, and gdb passes it on without a word. What the program
 * wants with it is kept apart, where libc's way of asking for it comes by us.
 */
#ifndef MEMORY_URGENT_H
#define MEMORY_URGENT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* Takes it, unless it was inherited as ignored; false where it wasn't to be had. */
bool urgent_take(void);

/*
 * Before and after an rt_sigaction, whose arguments are a. The first may change
 * the second of them, `wanted`, which is to be put back.
 */
void urgent_action_enter(long a[6]);
void urgent_action_exit(const long a[6], long wanted, long r);

/*
 * The program is about to wait for signals of a set, or to look at those that
 * are pending: this thread's rings send it none any more, and none is pending.
 */
void urgent_awaited(const sigset_t *set);

/* The same of a descriptor by which every thread may look at them. */
void urgent_awaited_by_all(const sigset_t *set);

/*
 * The program is about to wait with another mask, or to execute, or to look at
 * what is pending: takes away the one that is.
 */
void urgent_discard(void);

/* The program is about to send a signal to this thread, most likely; two would be one. */
static inline void urgent_sent(int signal)
{
	if (signal == SIGURG)
		urgent_discard();
}

/* The same, where that mask lets it through: a call that waits would end by it. */
void urgent_let_through(const sigset_t *mask);

#endif
