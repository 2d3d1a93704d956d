/*
 * fork_moves.h - pages that were moved since the fork that left them shared.
 *
 * They are known by the place where they were then, as they are to the others
 * who share them. One thread at a time, as for fork_pages.h.
 */
#ifndef MEMORY_FORK_MOVES_H
#define MEMORY_FORK_MOVES_H

#include <stdbool.h>
#include <stdint.h>

#define NO_PAGE UINT64_MAX

/* Pages by number: so many of them. */
struct page_range {
	uint64_t from, pages;
};

/* False where that can't be remembered. */
bool fork_moves_add(uint64_t from, uint64_t to, uint64_t pages);

void fork_moves_forget(void);

/* Where the page was that is there now; NO_PAGE where what was there has moved away. */
uint64_t fork_moves_origin(uint64_t page);

/* The place of the i-th part of a range that was moved into it, or false. */
bool fork_moves_part(const struct page_range *range, unsigned i, struct page_range *origin);

#endif
