/*
 * fork_pages.h - the pages that forks have left shared: which of the process's own were there at a
 * fork, and have not been written to since.
 *
 * Each is known with the number of the fork since which it has been shared, in
 * private memory, so that a forked child begins with what its parent knew. One
 * thread at a time: who calls holds the lock of memory/forks.c.
 */
#ifndef MEMORY_FORK_PAGES_H
#define MEMORY_FORK_PAGES_H

#include "shared/region.h"

#include <stdbool.h>

#define FORK_NUMBERS  16383 /* 0 is none */
#define FORK_LONG_AGO 1	    /* or one since which it can't be known any more */

struct fork_page {
	uint16_t since; /* the number of a fork; 0: the page isn't shared */
	bool alone;	/* nobody else has had it since it was last looked at */
	bool huge;	/* part of a huge page at the fork */
};

/*
 * Looks at what is there now, before a fork of this number: pages that are new
 * to the set are shared since then, those in it already since an earlier one.
 * areas_known: the caller has the lock of mappings.h, which makes it quicker.
 */
enum fork_look fork_pages_look(uint16_t number, bool areas_known, uint64_t *present);

/* Nothing is known of any page any more. */
void fork_pages_forget(void);

/* Of all that is in the set, nobody remembers since when it is. */
void fork_pages_since(uint16_t number);

struct fork_page fork_pages_find(uint64_t page);

/* Takes a page out of the set; or has it be shared since another fork. */
void fork_pages_take(uint64_t page);
void fork_pages_retake(uint64_t page, uint16_t number);

/* The first page of the set in [page, end), or `end`. */
uint64_t fork_pages_next(uint64_t page, uint64_t end);

/*
 * Finds out with which pages the process is alone by now, and tells `found`,
 * unless it is NULL, of each of them. Not where there are so many that it would take long.
 */
void fork_pages_find_alone(void (*found)(uint64_t page, struct fork_page what));

/* Whether a page is part of a huge one still. */
bool fork_pages_is_huge(uint64_t page);

#endif
