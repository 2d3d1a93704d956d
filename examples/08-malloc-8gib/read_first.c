/* read_first.c - reads each page of new memory, and writes to each after that: read_first SIZE. */
#include "../pages.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: read_first SIZE");
	only_small_pages();
	size_t size = size_argument(argv[1]);
	void *block = must_have(malloc(size));

	read_pages(block, size);
	write_pages(block, size, 1);
	return 0;
}
