/*
 * clock.h - the clock of the fast path, and the one that it is calibrated against.
 *
 * Ticks are those of the time stamp counter: 7 ns a reading where
 * clock_gettime takes 16, twice in every call. Reading it unserialised may
 * misplace a moment by some nanoseconds.
 */
#ifndef ABI_CLOCK_H
#define ABI_CLOCK_H

#include "abi/raw.h"

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ticks(void)
{
	return __builtin_ia32_rdtsc();
}

/* Nanoseconds of a clock, asked of the kernel: libc's function may be another's (libfaketime). */
static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = {0};
	RAW_2(SYS_clock_gettime, clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif
