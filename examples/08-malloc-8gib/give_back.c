/* give_back.c - writes to all of its memory and gives the pages back, but not the addresses, so
 * many times: give_back SIZE TIMES. */
#include "../pages.h"

#include <sys/mman.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: give_back SIZE TIMES");
	only_small_pages();
	size_t size = size_argument(argv[1]);
	void *block = must_have(aligned_alloc(PAGE, size));

	for (size_t times = size_argument(argv[2]); times > 0; times--) {
		write_pages(block, size, 1);
		if (madvise(block, size, MADV_DONTNEED))
			err(1, "madvise");
	}
	return 0;
}
