/*
 * pairs.h - rows of two traces that mean the same, side by side.
 */
#ifndef VIEWER_PAIRS_H
#define VIEWER_PAIRS_H

#include "rows.h"

struct pair {
	const struct row *before, *after; /* NULL: it is new, or gone */
};

struct pairs {
	size_t count; /* that differ */
	struct pair *items;
	size_t unchanged;
};

/*
 * Those that changed most in copied bytes first. Times and faults alone change
 * nothing: they always vary. Rows of page faults, by the bytes filled and
 * copied; of allocations, by their peak.
 */
struct pairs pairs_of(struct arena *arena, const struct rows *before, const struct rows *after,
		      enum grouping grouping);

/*
 * Whether two numbers of page faults, or of bytes that came with them, differ
 * no more than those of two runs of one program do, which so many processes
 * ran.
 */
bool is_fault_noise(enum unit unit, size_t records, uint64_t before, uint64_t after);

/* The side that there is. */
const struct row *pair_row(const struct pair *pair);
uint64_t pair_before(const struct pair *pair, int column);
uint64_t pair_after(const struct pair *pair, int column);
struct allocation_row pair_allocation(const struct row *row); /* zeros for NULL */

#endif
