/*
 * fault.h - a page fault as it was sampled, and what becomes of it.
 */
#ifndef MEMORY_FAULT_H
#define MEMORY_FAULT_H

#include <stdbool.h>
#include <stdint.h>

struct fault {
	uint64_t address, instruction;
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	uint32_t stack;	  /* STACK_NONE where it isn't known */
	uint16_t call;	  /* inside which it was taken, or CALL_none */
	bool in_kernel, major;
};

/* What faults come to, without those that were our own. */
struct fault_sums {
	uint64_t minor, major, zero_filled_bytes, cow_bytes, reused_pages;
};

/*
 * Finds out what each fault was for, and adds it to the region's tables; returns
 * their sums. Async-signal-safe; called by one thread at a time of each ring,
 * with signals held and bookkeeping under way.
 */
struct fault_sums reasons_account(const struct fault *faults, unsigned count);

#endif
