/*
 * mapped_block.c - says whether malloc maps a block of 512 KiB, as it does until one of that size is
 * freed.
 */
#include <stdio.h>
#include <stdlib.h>

#define MAPPED 2 /* IS_MMAPPED in the word before a block: glibc's malloc/malloc.c */

int main(void)
{
	volatile size_t *block = calloc(1, 512 << 10);
	puts(block && block[-1] & MAPPED ? "mapped" : "from the heap");
	free((void *)block);
	return 0;
}
