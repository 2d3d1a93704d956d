/*
 * allocations.c - what was asked of the allocator, by each of its functions.
 *
 * BUILD: -fno-builtin
 *
 * EXPECT function malloc: calls=100+1+1 returned=100*100+1000000
 * EXPECT function calloc: calls=1 returned=10*30
 * EXPECT function realloc: calls=2 returned=500+5000
 * EXPECT function reallocarray: calls=2 returned=20*40 errors=1
 * EXPECT function memalign: calls=1 returned=64
 * EXPECT function aligned_alloc: calls=1 returned=128
 * EXPECT function posix_memalign: calls=2 returned=256 errors=1
 * EXPECT function valloc: calls=1 returned=10
 * EXPECT function pvalloc: calls=1 returned=20
 * EXPECT sizes malloc: 0=1 64=100 524288=1
 * EXPECT memory: allocations=102+1+2+2+1+1+2+1+1 asked_bytes=1010000+300+5500+800+64+128+256+10+20
 * EXPECT totals: errors=2
 */
#include "must.h"
#include <malloc.h>

static void *volatile kept;

static void *keep(void *pointer)
{
	kept = pointer;
	return kept;
}

int main(void)
{
	void *block[100], *aligned;
	size_t volatile huge = (size_t)1 << 62;
	for (int i = 0; i < 100; i++)
		block[i] = keep(malloc(100));
	for (int i = 0; i < 100; i++)
		free(block[i]);
	free(keep(malloc(1000000)));
	free(keep(malloc(0)));
	free(NULL);
	free(keep(calloc(10, 30)));

	void *grown = keep(realloc(NULL, 500));
	grown = keep(realloc(grown, 5000));
	grown = keep(reallocarray(grown, 20, 40));
	gives(reallocarray(grown, huge, 8) == NULL && errno == ENOMEM, 1);
	free(grown);

	free(keep(memalign(64, 64)));
	free(keep(aligned_alloc(64, 128)));
	gives(posix_memalign(&aligned, 64, 256), 0);
	free(aligned);
	gives(posix_memalign(&aligned, 3, 256), EINVAL);
	free(keep(valloc(10)));
	free(keep(pvalloc(20)));
	return 0;
}
