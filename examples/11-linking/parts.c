/*
 * parts.c - libparts.so: 16 functions, addresses of them, and a constructor.
 */
#include "parts.h"

#define DEFINED(name)                                                                              \
	int part_##name(int number)                                                                \
	{                                                                                          \
		return number + 1;                                                                 \
	}
PARTS(DEFINED)

#define ADDRESS(name) part_##name,
int (*const parts[])(int) = {PARTS(ADDRESS)};

static __attribute__((constructor)) void begin(void)
{
	read_both_ways(1000);
}
