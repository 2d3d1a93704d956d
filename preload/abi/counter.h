/*
 * counter.h - counters that one thread writes, its own signal handlers included, and others only
 * read.
 *
 * An add must be one instruction: a signal handler that runs between the load
 * and the store of `counter += n` and adds to the same counter would be lost.
 * No lock prefix is needed for that, which is what makes it cheap.
 */
#ifndef ABI_COUNTER_H
#define ABI_COUNTER_H

#include <stdint.h>

static inline void counter_add(uint64_t *counter, uint64_t n)
{
	__asm__ volatile("addq %1, %0" : "+m"(*counter) : "er"(n) : "cc");
}

static inline void counter_add_signed(int64_t *counter, int64_t n)
{
	__asm__ volatile("addq %1, %0" : "+m"(*counter) : "er"(n) : "cc");
}

/* For counters that several threads write; not for the fast path. */
static inline void counter_add_shared(uint64_t *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

#endif
