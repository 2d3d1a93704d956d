/* read_next.c - reads a file byte by byte: read_next FILE COUNT. */
#include "bench.h"

#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char byte;
	int fd = argc == 3 ? open(argv[1], O_RDONLY) : -1;
	if (fd < 0)
		err(1, "usage: read_next FILE COUNT");
	long count = atol(argv[2]);

	uint64_t start = now_ns();
	for (long i = 0; i < count; i++)
		if (read(fd, &byte, 1) != 1)
			err(1, "read");
	print_result((double)(now_ns() - start) / count);
	return 0;
}
