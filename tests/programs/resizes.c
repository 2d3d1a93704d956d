/*
 * resizes.c - blocks given other sizes: where they are, elsewhere with their pages, and elsewhere by copy.
 *
 * BUILD: -fno-builtin
 */
#include "must.h"

#define MIB (1ul << 20)

static void *volatile kept;

static void *keep(void *block)
{
	kept = block;
	return kept;
}

int main(void)
{
	char *block = keep(malloc(100)), *other;
	/* Smaller, and again of the size that it has room for. */
	for (int i = 0; i < 100; i++)
		block = keep(realloc(block, i % 2 ? 100 : 90));
	/* The block behind it is in the way. */
	for (int i = 0; i < 20; i++) {
		block = keep(malloc(100));
		other = keep(malloc(100));
		gives(keep(realloc(block, 1000)) != block, 1);
		free(other);
	}
	/* A mapping behind a block is in the way likewise: pages are mapped downwards. */
	for (unsigned long i = 0; i < 10; i++) {
		block = keep(malloc((2 * i + 1) * MIB));
		gives(keep(realloc(block, (2 * i + 2) * MIB)) != block, 1);
	}
	block = kept;
	/* Its last pages are given back, or none. */
	gives(keep(realloc(block, 19 * MIB)) == block, 1);
	gives(keep(realloc(block, 19 * MIB + 1)) == block, 1);
	/* None of these is a resize. */
	free(keep(realloc(NULL, 10)));
	gives(keep(realloc(keep(malloc(10)), 0)) == NULL, 1);
	gives(keep(realloc(block, 1ul << 62)) == NULL, 1);
	return 0;
}
