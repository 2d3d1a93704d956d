/*
 * fault_cells.h - the region's table of page faults by reason, mapping, call and stack.
 */
#ifndef MEMORY_FAULT_CELLS_H
#define MEMORY_FAULT_CELLS_H

#include "memory/fault.h"

struct fault_key {
	uint16_t reason;  /* enum reason */
	uint16_t call;	  /* or CALL_none */
	uint32_t mapping; /* its index and 1 more, or 0 */
	uint32_t stack;
};

/* false where there is no memory. */
bool fault_cells_init(void);

/* In a forked child: the region's table is empty again. */
void fault_cells_forget(void);

/* Adds to the row of a key, which is made when first needed. Async-signal-safe. */
void fault_cells_add(const struct fault_key *key, const struct fault_sums *sums);

/* And to the row of the call inside which they were taken; of NULL there was none. */
struct cell;
void fault_cells_add_to_call(struct cell *call, const struct fault_sums *sums);

/* The same of what is our own, and in no row. */
void fault_cells_add_own(const struct fault_sums *sums);

#endif
