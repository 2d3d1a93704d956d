/*
 * cell.h - finds the cell of a call: the counters for one call, object and stack in one thread.
 */
#ifndef SPAN_CELL_H
#define SPAN_CELL_H

#include "region/thread.h"
#include "span/object.h"

struct cell_key {
	uint16_t call;
	uint32_t object, source, stack;
};

/* The cell of a key; where there is no room for it, the call's folded one. NULL only where even
 * that is missing. */
struct cell *cell_find(const struct cell_key *key);

/*
 * The one cell of a call for all that can't be told apart: the tables are
 * full, or the thread was interrupted in its bookkeeping. Safe in a handler.
 */
struct cell *cell_folded(enum call call, uint32_t stack);

/* Adds to what found no room, neither in the thread's cells nor in the region. Safe in a handler.
 */
void cell_overflow(enum call call, const uint64_t column[COLUMNS]);

#endif
