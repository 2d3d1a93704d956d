/* touch_pages.c - takes memory with malloc, and writes to each page of it, to one of EVERY so many,
 * or with 0 to none: touch_pages SIZE [EVERY]. */
#include "../pages.h"

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 3)
		errx(2, "usage: touch_pages SIZE [EVERY]");
	only_small_pages();
	size_t size = size_argument(argv[1]);
	void *block = must_have(malloc(size));

	write_pages(block, size, argc == 3 ? size_argument(argv[2]) : 1);
	return 0;
}
