/*
 * intern.h - finds a record of the region by its content, or makes it; without locks.
 *
 * The slots hold the number of a record plus 1, in memory of this process
 * only: a reader of the region needs the records, not the way to find them.
 */
#ifndef SPAN_INTERN_H
#define SPAN_INTERN_H

#include "region/live.h"

#define INTERN_NEAR_PROBES 4
#define INTERN_NEAR_SLOTS  1024

struct intern {
	uint32_t *slot; /* mapped by intern_init */
	uint32_t slots; /* without those near */
};

/*
 * Where in an open hash table to look, step by step: a power of two of slots,
 * behind INTERN_NEAR_SLOTS more. Those come first and are in one page, for a
 * process that fills few of them: a page that is first read and then written to
 * costs it two faults. They are no part of the others, which would find that
 * part full as soon as there are many.
 */
static inline uint32_t intern_place(uint64_t hash, uint32_t probe, uint32_t slots)
{
	if (probe < INTERN_NEAR_PROBES)
		return (uint32_t)(hash + probe) & (INTERN_NEAR_SLOTS - 1);
	return INTERN_NEAR_SLOTS + ((uint32_t)(hash + probe - INTERN_NEAR_PROBES) & (slots - 1));
}

/* A power of two of slots; false where there is no memory. */
bool intern_init(struct intern *intern, uint32_t slots);

/* In a forked child: the region's tables are empty again. */
void intern_forget(struct intern *intern);

/*
 * Returns the number of the record that `same` accepts, or of a new one, which
 * `make` has filled in; `full` where there is no room. Two threads may make
 * one record at once: one of them wins, and the other's is left unused.
 */
uint32_t intern_find(struct intern *intern, uint64_t hash, const void *key,
		     bool (*same)(uint32_t index, const void *key),
		     bool (*make)(const void *key, uint32_t *index), uint32_t full);

/* FNV-1a, 64 bit, of more bytes after those that gave `hash`. */
uint64_t intern_hash(uint64_t hash, const void *bytes, size_t n);
#define INTERN_HASH_START 0xcbf29ce484222325u

#endif
