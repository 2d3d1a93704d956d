/*
 * copies_recursive.c - copies from the leaves of a tree of calls: 4096 of them, each a stack of its own.
 *
 * BUILD: -fno-builtin
 *
 * EXPECT copy memcpy: calls=4096 in_process=4096*10
 * EXPECT coverage: stacks_folded=0 cells_folded=0
 */
#include "must.h"

#include <string.h>

#define DEPTH 12

static char to[10], from[10];

/* Two places, so that each leaf has a way of its own. */
static __attribute__((noinline)) int climb(int depth)
{
	if (depth == DEPTH)
		return memcpy(to, from, sizeof(to)) != to;
	int failed = climb(depth + 1);
	return failed + climb(depth + 1);
}

int main(void)
{
	return climb(0);
}
