/*
 * large_blocks.c - large blocks of which a part is touched: freed or kept, zeroed, in huge pages, resized.
 *
 * BUILD: -fno-builtin
 */
#include "must.h"
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>

#define MIB  (1ul << 20)
#define PAGE 4096ul

static char *volatile kept;

/* The head of the block, before it, is on its first page. */
static void touch(char *block, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += PAGE)
		block[i] = 1;
}

#define ALLOCATED_BY(name, call)                                                                   \
	static __attribute__((noinline, noclone)) char *name(void)                                 \
	{                                                                                          \
		kept = (call);                                                                     \
		if (!kept)                                                                         \
			abort();                                                                   \
		return kept;                                                                       \
	}
ALLOCATED_BY(sparse, malloc(8192 * MIB))
ALLOCATED_BY(zeroed, calloc(4, 1024 * MIB))
ALLOCATED_BY(left, malloc(64 * MIB))
ALLOCATED_BY(huge, malloc(32 * MIB))
ALLOCATED_BY(small, malloc(MIB - 1))
ALLOCATED_BY(first, malloc(3 * MIB))
ALLOCATED_BY(grown, realloc(kept, 6 * MIB))
ALLOCATED_BY(shrunk, realloc(kept, 2 * MIB))
ALLOCATED_BY(in_heap, malloc(2 * MIB))

int main(void)
{
	char *block = sparse();
	touch(block, 80 * MIB);
	free(block);
	block = zeroed();
	touch(block, 40 * MIB);
	free(block);
	touch(left(), 16 * MIB);

	block = huge();
	char *pages = (char *)(((uintptr_t)block + 2 * MIB - 1) & -(2 * MIB));
	must(madvise(pages, 28 * MIB, MADV_HUGEPAGE));
	pages[0] = pages[6 * MIB] = pages[20 * MIB] = 1;

	free(small());

	touch(first(), 3 * MIB);
	touch(grown(), 6 * MIB);
	free(shrunk());

	/* No mapping of its own: the second finds the pages that the first has touched. */
	mallopt(M_MMAP_THRESHOLD, 32 * MIB);
	mallopt(M_TRIM_THRESHOLD, 64 * MIB);
	touch(in_heap(), 2 * MIB);
	free(kept);
	free(in_heap());
	return 0;
}
