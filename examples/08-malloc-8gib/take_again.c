/* take_again.c - takes memory, writes to all of it and frees it, so many times: take_again SIZE
 * TIMES. */
#include "../pages.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: take_again SIZE TIMES");
	only_small_pages();
	size_t size = size_argument(argv[1]);

	for (size_t times = size_argument(argv[2]); times > 0; times--) {
		void *block = must_have(malloc(size));
		write_pages(block, size, 1);
		free(block);
	}
	return 0;
}
