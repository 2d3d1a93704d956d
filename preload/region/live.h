/*
 * live.h - this process's live region: made, mapped, filled.
 *
 * It stays at one address for the life of the process. A forked child gets a
 * new one at the same place, so pointers into it stay valid, though what they
 * point to is new.
 */
#ifndef REGION_LIVE_H
#define REGION_LIVE_H

#include "shared/region.h"

#include <stdbool.h>

#define MODULES_MOST 4096
#define UNTRACED_MOST                                                                              \
	248 /* programs that could not be traced; of more it is counted that there were */
#define UNTRACED_PROCESSES_MOST 8184  /* likewise */
#define CHILDREN_MOST		16376 /* that were waited for; likewise */
#define FAULT_CELLS_MOST	16352 /* more are folded */
#define FORKS_MOST		4088  /* likewise */
#define FORK_RUNS_MOST		16352 /* of pages that they left shared; likewise */
#define STACKS_MOST		32768
#define LARGE_ROWS_MOST		504   /* more are folded */
#define MAPPINGS_MOST		4080  /* of one name each; more are folded */
#define THREADS_MOST		65536 /* at one time; beyond them threads go unrecorded */

struct live {
	struct region *region; /* reserved address space, also while nothing is recorded */
	uint64_t bytes;
	bool made; /* it has been mapped to a file */
};
extern struct live live;

/* Reserves the address space, at most what limits allow; false where there is none. */
bool live_reserve(void);

/*
 * Makes the file (which must not exist), maps it and writes the header's fixed
 * part. Returns 0 or -errno; recording is not yet on.
 */
int live_create(const char *path);

/*
 * Goes on in a new file with what is mapped, where the file of that has been
 * removed. What other threads count meanwhile may be lost. Returns 0 or -errno.
 */
int live_renew(const char *path);

/* Takes bytes of the region, zeroed and backed by pages; NULL where it is full. Sets their offset.
 */
void *live_take(uint64_t bytes, uint64_t *offset);

/* Gets pages for so many bytes more, before it is too late to. */
void live_back_ahead(uint64_t bytes);

/* Appends a zeroed record to a table; NULL where it or the region is full. */
void *live_append(struct table *table, uint32_t *index);

/*
 * The record of a number that is given by something else, made with those before
 * it when first needed; NULL as above. Of such a table none is appended.
 */
void *live_need(struct table *table, uint32_t index);

/* Record i of a table, which must be there. */
static inline void *live_at(const struct table *table, uint32_t i)
{
	int k = 31 - __builtin_clz(i / table->first + 1);
	uint64_t before = (uint64_t)table->first * ((1ul << k) - 1);
	return (char *)live.region + table->chunk[k] + (i - before) * table->record_bytes;
}

/* Keeps a copy of a text in the region; of no bytes where it is full. */
struct text live_text(const char *bytes, size_t n);

/* A moment on both clocks, kept as the region's last. */
void live_moment(struct moment *moment);

#endif
