/*
 * fresh_blocks.c - reads a file of 16 MiB into a block of memory for each MiB, each mapped for itself: its first
 * page has been touched by malloc, and the 256 others are missing when the kernel copies.
 */
#include "must.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = must(open(argv[1], O_RDONLY));

	gives(argc, 2);
	gives(mallopt(M_MMAP_THRESHOLD, 128 << 10), 1);
	for (int i = 0; i < 16; i++) {
		char *block = malloc(1 << 20);
		gives(read(fd, block, 1 << 20), 1 << 20);
		free(block);
	}
	return 0;
}
