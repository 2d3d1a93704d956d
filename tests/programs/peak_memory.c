/*
 * peak_memory.c - a lone thread's live and peak bytes are exact, whatever it does with its blocks.
 */
#include "must.h"
#include <malloc.h>
#include <stdint.h>

static size_t live, peak;

static void *gained(void *block)
{
	live += malloc_usable_size(block);
	if (live > peak)
		peak = live;
	return block;
}

static void lost(void *block)
{
	live -= malloc_usable_size(block);
}

int main(void)
{
	static void *slot[100];
	uint64_t random = 88172645463325252ull;
	for (int i = 0; i < 20000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		/* One in a hundred is a mapping of its own. */
		size_t n = random % 100 ? random / 128 % 5000 : 100000 + random / 128 % 500000;
		void **place = &slot[random / 65536 % 100], *block;
		switch (random >> 60) {
		case 0:
		case 1:
			lost(*place);
			*place = gained(realloc(*place, n + 1));
			continue;
		case 2:
			block = calloc(1, n);
			break;
		case 3:
			block = memalign(256, n);
			break;
		case 4:
			block = NULL;
			break;
		default:
			block = malloc(n);
		}
		if (block)
			gained(block);
		lost(*place);
		free(*place);
		*place = block;
	}
	char line[200];
	int n = snprintf(line, sizeof(line), "EXPECT memory: live_bytes=%zu peak_live_bytes=%zu\n",
			 live, peak);
	gives(write(1, line, n), n);
	return 0;
}
