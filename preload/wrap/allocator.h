/*
 * allocator.h - the allocator that the program has: its functions, and what they say of a block.
 */
#ifndef WRAP_ALLOCATOR_H
#define WRAP_ALLOCATOR_H

#include "wrap/chunk.h"

#include <stdbool.h>
#include <stdint.h>

extern void *(*real_malloc)(size_t);
extern void *(*real_calloc)(size_t, size_t);
extern void *(*real_realloc)(void *, size_t);
extern void (*real_free)(void *);
extern void *(*real_memalign)(size_t, size_t);
extern void *(*real_aligned_alloc)(size_t, size_t);
extern int (*real_posix_memalign)(void **, size_t, size_t);
extern void *(*real_valloc)(size_t);
extern void *(*real_pvalloc)(size_t);
extern size_t (*real_usable)(void *); /* NULL where it isn't known to be the same allocator's */

/* Whether its blocks are known to be as in wrap/chunk.h. */
extern bool glibc_chunks;

/* How near to each other the addresses of two of its blocks may be. */
size_t allocator_distance(void);

/* Asks after that, by a block that the program has just been given, or NULL. */
void allocator_ask(void *p);

static inline int64_t chunk_bytes(const void *p)
{
	size_t head = CHUNK_HEAD(p);
	return (int64_t)((head & ~CHUNK_FLAGS) - (head & CHUNK_MAPPED ? 16 : 8));
}

int64_t allocator_ask_bytes(void *p);

/* Whether a block is known to be a mapping of its own; of glibc's. */
bool allocator_has_mapped(void *p);

/* The size of a block, or 0 of none, and where it isn't known. */
static inline int64_t usable_bytes(void *p)
{
	if (__builtin_expect(glibc_chunks, 1))
		return p ? chunk_bytes(p) : 0;
	return p && real_usable ? allocator_ask_bytes(p) : 0;
}

#endif
