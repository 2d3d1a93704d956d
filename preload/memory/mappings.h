/*
 * mappings.h - what lies at an address of this process: a table of its mappings.
 *
 * The calls that make and end mappings keep it up (mapping_calls.h). What they
 * didn't see, it has from /proc/self/maps, which is read when an address is
 * asked for that isn't in it. A call never waits long for the table: where it
 * can't have it, the table is only marked stale.
 */
#ifndef MEMORY_MAPPINGS_H
#define MEMORY_MAPPINGS_H

#include "shared/region.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AREA_SHARED (1u << 0)
#define AREA_NAMED  (1u << 1) /* what it is is known; without, `row` is none yet */
#define AREA_FRESH                                                                                 \
	(1u << 2)	    /* nothing was in it when it was mapped, and no fork has passed it on */
#define AREA_HUGE (1u << 3) /* MADV_HUGEPAGE */

/* What lies in [start, end). */
struct area {
	uintptr_t start, end;
	uint32_t row;  /* in the region's table of mappings */
	uint16_t kind; /* enum mapping_kind */
	uint16_t flags;
};

/* False where there is no memory. */
bool mappings_init(void);

/* In a forked child: the region's table is empty again, and nobody has the lock. */
void mappings_forked(void);

/* Before a fork: what is shared now may be filled by others from then on. */
void mappings_pass_on(void);

/*
 * For the calling thread alone, until it gives it back; false where others need
 * it for too long. Not to be taken in a signal handler that interrupted its holder:
 * whoever has it has bookkeeping under way (region/thread.h).
 */
bool mappings_lock(void);
void mappings_unlock(void);
void mappings_mark_stale(void); /* nor is it known what pages have gone */
void mappings_mark_old(void);	/* it may have changed unseen */

/* All that follows needs the lock. */

/*
 * The area at an address, or NULL. May read /proc/self/maps, the first time
 * after mappings_may_read().
 */
const struct area *mappings_find(uintptr_t address);
void mappings_may_read(void);

/* Reads /proc/self/maps; false where that can't be. */
bool mappings_read(void);

/* Something was mapped, in the place of whatever was there, or it is known better now what it is.
 */
void mappings_insert(const struct area *area);

/* What was in [start, end) is there no more. */
void mappings_remove(uintptr_t start, uintptr_t end);

/* Calls for each area in [start, end), cut to that. */
void mappings_each(uintptr_t start, uintptr_t end,
		   void (*visit)(const struct area *area, void *argument), void *argument);

/* Gives areas in [start, end) a flag, or takes it. */
void mappings_mark(uintptr_t start, uintptr_t end, uint16_t flag, bool on);

/* Where the heap ends, and begins; 0 where none is known. */
uintptr_t mappings_heap(uintptr_t *start);

/* The record ends: what is mapped in, and what memory is behind the process. */
void mappings_finish(void);

/* Whether the table may have missed what was unmapped: what was remembered of pages is void. */
bool mappings_missed(void);

#endif
