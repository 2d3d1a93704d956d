/* touch_huge.c - as touch_pages, in huge pages; exits with 3 if it doesn't get them: touch_huge
 * SIZE [EVERY]. */
#include "../pages.h"

#include <stdio.h>
#include <sys/mman.h>

#define HUGE_PAGE (2 << 20)

static size_t huge_bytes(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "r");
	char line[256];
	size_t kib = 0;

	if (!file)
		err(1, "/proc/self/smaps_rollup");
	while (fgets(line, sizeof(line), file) && sscanf(line, "AnonHugePages: %zu", &kib) != 1)
		;
	fclose(file);
	return kib << 10;
}

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 3)
		errx(2, "usage: touch_huge SIZE [EVERY]");
	size_t size = size_argument(argv[1]);
	void *block = must_have(aligned_alloc(HUGE_PAGE, size));

	if (madvise(block, size, MADV_HUGEPAGE))
		err(3, "madvise");
	write_pages(block, size, argc == 3 ? size_argument(argv[2]) : 1);
	if (huge_bytes() < size)
		errx(3, "not all of the pages are huge ones");
	return 0;
}
