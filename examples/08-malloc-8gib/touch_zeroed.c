/* touch_zeroed.c - as touch_pages, with calloc: touch_zeroed SIZE [EVERY]. */
#include "../pages.h"

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 3)
		errx(2, "usage: touch_zeroed SIZE [EVERY]");
	only_small_pages();
	size_t size = size_argument(argv[1]);
	void *block = must_have(calloc(1, size));

	write_pages(block, size, argc == 3 ? size_argument(argv[2]) : 1);
	return 0;
}
