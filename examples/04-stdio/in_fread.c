/* in_fread.c - reads a file by fread, in pieces: in_fread FROM SIZE. */
#include "lines.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: in_fread FROM SIZE");
	FILE *from = must_fopen(argv[1], "r");
	size_t size = size_argument(argv[2]);
	char *buffer = must_have(malloc(size));

	while (fread(buffer, 1, size, from) > 0)
		;
	if (ferror(from))
		err(1, "fread");
	return 0;
}
