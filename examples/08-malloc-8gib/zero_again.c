/* zero_again.c - frees memory that it has written to, and takes as much again with calloc:
 * zero_again SIZE. */
#include "../pages.h"

static void *volatile kept; /* else the compiler would leave calloc out */

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: zero_again SIZE");
	only_small_pages();
	size_t size = size_argument(argv[1]);
	void *block = must_have(malloc(size));

	write_pages(block, size, 1);
	free(block);
	kept = must_have(calloc(1, size));
	return 0;
}
