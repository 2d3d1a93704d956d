/*
 * scratch.h - memory for the length of one piece of work, mapped and not taken from any heap.
 */
#ifndef SHARED_SCRATCH_H
#define SHARED_SCRATCH_H

#include "abi/raw.h"

#include <sys/mman.h>

#define SCRATCH_PIECES	    16
#define SCRATCH_PIECE_BYTES (256ul << 10) /* of address space: small things share one */

struct scratch {
	struct {
		char *at;
		size_t bytes;
	} piece[SCRATCH_PIECES];
	unsigned pieces;
	size_t used; /* of the last one */
};

/* Returns n * size zeroed bytes, or NULL. */
static inline void *scratch_take(struct scratch *scratch, size_t n, size_t size)
{
	size_t bytes, last = scratch->pieces - 1;
	if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - 63)
		return NULL;
	bytes = (bytes + 63) & ~(size_t)63;
	if (scratch->pieces && bytes <= scratch->piece[last].bytes - scratch->used) {
		scratch->used += bytes;
		return scratch->piece[last].at + scratch->used - bytes;
	}
	if (scratch->pieces == SCRATCH_PIECES)
		return NULL;
	size_t whole = bytes > SCRATCH_PIECE_BYTES ? bytes : SCRATCH_PIECE_BYTES;
	char *at = raw_mmap(NULL, whole, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!at)
		return NULL;
	scratch->piece[scratch->pieces].at = at;
	scratch->piece[scratch->pieces++].bytes = whole;
	scratch->used = bytes;
	return at;
}

static inline void scratch_release(struct scratch *scratch)
{
	while (scratch->pieces > 0) {
		scratch->pieces--;
		raw_munmap(scratch->piece[scratch->pieces].at,
			   scratch->piece[scratch->pieces].bytes);
	}
}

#endif
