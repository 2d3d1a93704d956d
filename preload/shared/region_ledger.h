/*
 * region_ledger.h - the ledger of a region summed up: totals, rows by call, and its cells in order.
 */
#ifndef SHARED_REGION_LEDGER_H
#define SHARED_REGION_LEDGER_H

#include "shared/region.h"
#include "shared/scratch.h"

#include <stdbool.h>

struct row {
	uint64_t column[COLUMNS];
	uint64_t bucket[SIZE_BUCKETS];
};

struct ledger {
	const struct cell **cells; /* copies of them all, in the order of the last ledger_sort() */
	size_t cell_count;
	uint64_t totals[COLUMNS];
	bool used[CALLS]; /* those of by_call: the others are never looked at */
	struct row by_call[CALLS];
	bool syscalls_seen; /* wherever they are made: the rows of that layer are whole */
	uint64_t allocations, asked_bytes, frees;
	struct allocation allocation; /* of all threads; only what they counted */
	uint64_t allocation_bucket[SIZE_BUCKETS];
	uint32_t threads;
	uint64_t rchar, wchar; /* what the kernel counts for the calls in the ledger */
	double ns_per_tick;
};

/* How many records of a table a reader may look at. */
static inline uint32_t table_count(const struct region_view *view, const struct table *table)
{
	uint64_t most = table->record_bytes ? view->bytes / table->record_bytes : 0;
	return table->count < most ? table->count : (uint32_t)most;
}

/* Sums up a region into a zeroed ledger; false where there is no memory for its cells. */
bool ledger_sum(struct ledger *ledger, const struct region_view *view, struct scratch *scratch);

/*
 * Each adds to a sum over cells the columns of one, its ticks turned into
 * nanoseconds, so that each crossing counts once: the functions that are one
 * system call have it, and the system calls of the layer below; what crossed
 * inside another function is told in its row by call, and counted where it was
 * made. In a sum of one layer, all else is that layer's; in a sum of both,
 * calls, errors and time are the library's.
 */
void ledger_add_layer(const struct ledger *ledger, uint64_t column[COLUMNS],
		      const struct cell *cell);
void ledger_add_both(const struct ledger *ledger, uint64_t column[COLUMNS],
		     const struct cell *cell);

/* Puts the cells in the order of a comparison, which is negative where a comes before b. */
void ledger_sort(struct ledger *ledger, int (*compare)(const struct cell *a, const struct cell *b));

#endif
