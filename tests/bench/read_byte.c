/* read_byte.c - reads one byte again and again, below DEPTH frames: read_byte FILE COUNT DEPTH. */
#include "bench.h"

#include <fcntl.h>
#include <unistd.h>

static void loop(int fd, long count)
{
	char byte;
	uint64_t start = now_ns();

	for (long i = 0; i < count; i++)
		if (pread(fd, &byte, 1, 0) != 1)
			err(1, "pread");
	print_result((double)(now_ns() - start) / count);
}

static __attribute__((noinline)) void deeper(int fd, long count, int depth)
{
	if (depth > 0)
		deeper(fd, count, depth - 1);
	else
		loop(fd, count);
	__asm__ volatile(""); /* so that it isn't a jump */
}

int main(int argc, char **argv)
{
	int fd = argc == 4 ? open(argv[1], O_RDONLY) : -1;

	if (fd < 0)
		err(1, "usage: read_byte FILE COUNT DEPTH");
	deeper(fd, atol(argv[2]), atoi(argv[3]));
	return 0;
}
