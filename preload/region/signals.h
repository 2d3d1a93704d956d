/*
 * signals.h - holds signals off the calling thread while it has a lock that is not ours: a handler
 * that leaves by a jump would keep it for ever.
 */
#ifndef REGION_SIGNALS_H
#define REGION_SIGNALS_H

#include "abi/raw.h"
#include "region/live.h"

#include <signal.h>

#define SIGSYS_BIT (1ull << (SIGSYS - 1))

/* Exhaustive mode has begun. Until then the mask that the program was started with stays. */
extern bool signals_caught;

/* In exhaustive mode nobody may block SIGSYS. */
static inline uint64_t signals_never_held(void)
{
	return signals_caught && live.region->exhaustive == EXHAUSTIVE_ON ? SIGSYS_BIT : 0;
}

/* Of a struct kernel_sigaction: where a handler of ours returns to, and the flag that says there is
 * one. */
#define SA_RESTORER_FLAG 0x04000000
void signals_restorer(void) __attribute__((visibility("hidden")));

/*
 * Returns the mask that was, for signals_release(); in exhaustive mode without
 * SIGSYS: a thread of before us may have it blocked, and as it is let in here
 * that thread is caught from now on.
 */
static inline uint64_t signals_hold(void)
{
	uint64_t all = ~signals_never_held(), before = 0;
	RAW_4(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, 8);
	return before & ~signals_never_held();
}

static inline void signals_release(uint64_t before)
{
	RAW_4(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
}

#endif
