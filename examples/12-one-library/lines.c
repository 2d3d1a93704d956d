/* lines.c - counts the lines of a file that libpieces.so hands out: lines FILE. */
#include "../pages.h"
#include "pieces.h"

#include <stdio.h>

static void count(const char *piece, size_t size, void *with)
{
	const char *end = piece + size;
	size_t *lines = with;

	while ((piece = memchr(piece, '\n', end - piece))) {
		++*lines;
		++piece;
	}
}

int main(int argc, char **argv)
{
	size_t lines = 0;

	if (argc != 2)
		errx(2, "usage: lines FILE");
	only_small_pages();
	pieces_of(must_open(argv[1], O_RDONLY), count, &lines);
	printf("%zu\n", lines);
	return 0;
}
