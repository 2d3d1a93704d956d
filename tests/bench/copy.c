/* copy.c - copies a file in pieces of 64 KiB, read and write, and times one: copy FROM TO TIMES. */
#include "bench.h"

#include <fcntl.h>
#include <unistd.h>

static char buffer[64 * 1024];

static long copy_once(int from, int to)
{
	long pieces = 0;
	ssize_t n;

	if (lseek(from, 0, SEEK_SET) || lseek(to, 0, SEEK_SET))
		err(1, "lseek");
	while ((n = read(from, buffer, sizeof(buffer))) > 0) {
		if (write(to, buffer, n) != n)
			err(1, "write");
		pieces++;
	}
	if (n < 0)
		err(1, "read");
	return pieces;
}

int main(int argc, char **argv)
{
	long pieces = 0;

	if (argc != 4)
		errx(1, "usage: copy FROM TO TIMES");
	int from = open(argv[1], O_RDONLY), to = open(argv[2], O_WRONLY | O_CREAT, 0600);
	if (from < 0 || to < 0)
		err(1, "open");
	copy_once(from, to);

	uint64_t start = now_ns();
	for (long i = 0; i < atol(argv[3]); i++)
		pieces += copy_once(from, to);
	print_result((double)(now_ns() - start) / pieces);
	return 0;
}
