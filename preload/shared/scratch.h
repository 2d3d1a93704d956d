/*
 * scratch.h - memory for the length of one piece of work, mapped and not taken from any heap.
 */
#ifndef SHARED_SCRATCH_H
#define SHARED_SCRATCH_H

#include "abi/raw.h"

#include <sys/mman.h>

#define SCRATCH_PIECES 16

struct scratch {
	struct {
		void *at;
		size_t bytes;
	} piece[SCRATCH_PIECES];
	unsigned pieces;
};

/* Returns n * size zeroed bytes, or NULL. */
static inline void *scratch_take(struct scratch *scratch, size_t n, size_t size)
{
	size_t bytes;
	if (scratch->pieces == SCRATCH_PIECES || __builtin_mul_overflow(n, size, &bytes))
		return NULL;
	if (bytes == 0)
		bytes = 1;
	void *at = raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at) {
		scratch->piece[scratch->pieces].at = at;
		scratch->piece[scratch->pieces++].bytes = bytes;
	}
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
