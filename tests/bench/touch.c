/* touch.c - touches memory that nobody has touched, a page at a time: touch PAGES. */
#include "bench.h"

#include <sys/mman.h>

#define PAGE 4096

int main(int argc, char **argv)
{
	long pages = argc == 2 ? atol(argv[1]) : 0;

	if (pages < 1)
		errx(1, "usage: touch PAGES");
	char *memory =
	    mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		err(1, "mmap");
	/* One fault a page, whatever the machine does by default. */
	madvise(memory, pages * PAGE, MADV_NOHUGEPAGE);
	uint64_t start = now_ns();
	for (long i = 0; i < pages; i++)
		memory[i * PAGE] = 1;
	print_result((double)(now_ns() - start) / pages);
	return 0;
}
