/*
 * allocator_mix.c - twenty thousand calls of the allocator in an order that is the same each time, from several
 * functions; some blocks are never freed. It doesn't say must.h, which calls malloc before there is a program.
 *
 * BUILD: -fno-builtin
 */
#include <stdint.h>
#include <stdlib.h>

#define SLOTS 100

static void *slot[SLOTS];
static uint64_t state = 88172645463325252ull;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

#define PLACE static __attribute__((noinline, noclone)) void

PLACE plain(void **place, size_t n)
{
	free(*place);
	*place = malloc(n);
}

PLACE zeroed(void **place, size_t n)
{
	free(*place);
	*place = calloc(n, 3);
}

PLACE resized(void **place, size_t n)
{
	*place = realloc(*place, n);
}

PLACE aligned(void **place, size_t n)
{
	free(*place);
	*place = aligned_alloc(64, n);
}

PLACE at_once(size_t n)
{
	free(malloc(n));
}

PLACE at_once_zeroed(size_t n)
{
	void *volatile block = calloc(1, n);
	free(block);
}

PLACE emptied(void **place)
{
	free(*place);
	*place = NULL;
}

int main(void)
{
	for (int i = 0; i < 20000; i++) {
		uint64_t random = next();
		size_t n = 1 + (random >> 20) % (random % 100 ? 2000 : 300000);
		void **place = &slot[(random >> 8) % SLOTS];
		switch (random >> 61) {
		case 0:
			zeroed(place, n);
			break;
		case 1:
			resized(place, n);
			break;
		case 2:
			aligned(place, n);
			break;
		case 3:
			at_once(n);
			break;
		case 4:
			at_once_zeroed(n);
			break;
		case 5:
			emptied(place);
			break;
		default:
			plain(place, n);
		}
	}
	return 0;
}
