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

/* Those that changed most in copied bytes first. Times and faults alone change nothing: they always
 * vary. */
struct pairs pairs_of(struct arena *arena, const struct rows *before, const struct rows *after);

/* The side that there is. */
const struct row *pair_row(const struct pair *pair);
uint64_t pair_before(const struct pair *pair, int column);
uint64_t pair_after(const struct pair *pair, int column);

#endif
