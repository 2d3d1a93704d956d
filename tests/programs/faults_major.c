/*
 * faults_major.c - reads pages of a file that is mapped and not in memory: each is a major fault, four of them inside
 * a write of the last 16 KiB, and eight outside of any call.
 *
 * usage: faults_major FILE
 *
 * Exits with 77 where the file doesn't leave memory.
 */
#include "must.h"
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define PAGE  4096
#define PAGES 12

static long major_faults(void)
{
	struct rusage usage;
	must(getrusage(RUSAGE_SELF, &usage));
	return usage.ru_majflt;
}

int main(int argc, char **argv)
{
	static char block[PAGES * PAGE];
	int ends[2], fd = must(open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600));
	must(pipe(ends));
	gives(write(fd, block, sizeof(block)), sizeof(block));
	must(fsync(fd));
	gives(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	char *at = must(mmap(NULL, sizeof(block), PROT_READ, MAP_SHARED, fd, 0));
	must(madvise(at, sizeof(block), MADV_RANDOM));
	long before = major_faults();
	for (int i = 0; i < PAGES - 4; i++)
		(void)*(volatile char *)(at + i * PAGE);
	if (major_faults() - before != PAGES - 4)
		return 77;
	gives(write(ends[1], at + (PAGES - 4) * PAGE, 4 * PAGE), 4 * PAGE);
	if (major_faults() - before != PAGES)
		return 77;
	return 0;
}
