/*
 * inflate.c - makes of a region one of 8 MiB that takes long to read: every stack has the same 64
 * frames, which are looked for in as many modules as there is room for: inflate FROM TO.
 */
#include "shared/region.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES	     (8u << 20)
#define STACKS_AT    (4u << 20)
#define ADDRESSES_AT (2u << 20)

static union {
	struct region head;
	char bytes[BYTES];
} region;

static void fill(struct table *table, size_t at, size_t end)
{
	table->count = table->limit = table->first = (uint32_t)((end - at) / table->record_bytes);
	memset(table->chunk, 0, sizeof(table->chunk));
	table->chunk[0] = at;
}

static void fill_stacks(void)
{
	uint64_t *addresses = (uint64_t *)(region.bytes + ADDRESSES_AT);
	struct stack *stacks = (struct stack *)(region.bytes + STACKS_AT);

	for (int i = 0; i < STACK_FRAMES; i++)
		addresses[i] = 0x7f0000000000 + (uint64_t)(STACK_FRAMES - i) * 64;
	fill(&region.head.stacks, STACKS_AT, BYTES);
	for (uint32_t i = 0; i < region.head.stacks.count; i++)
		stacks[i] = (struct stack){.frames = ADDRESSES_AT, .count = STACK_FRAMES};
}

int main(int argc, char **argv)
{
	FILE *from = argc == 3 ? fopen(argv[1], "rb") : NULL,
	     *to = from ? fopen(argv[2], "wb") : NULL;

	if (!to || fread(region.bytes, 1, ADDRESSES_AT, from) < sizeof(region.head))
		return 1;
	region.head.used = BYTES;
	fill_stacks();
	fill(&region.head.modules, ADDRESSES_AT + 4096, STACKS_AT);
	return fwrite(region.bytes, 1, BYTES, to) == BYTES && !fclose(to) ? 0 : 1;
}
