/* read_write.c - copies a file through a buffer: read_write FROM TO, or -s for a socket. */
#include "sink.h"

static void write_all(int fd, const char *buffer, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, buffer, n);
		if (written < 0)
			err(1, "write");
		buffer += written;
		n -= written;
	}
}

int main(int argc, char **argv)
{
	static char buffer[64 * 1024];
	ssize_t n;

	if (argc != 3)
		errx(2, "usage: read_write FROM TO|-s");
	int from = open(argv[1], O_RDONLY);
	if (from < 0)
		err(1, "%s", argv[1]);
	int to = open_sink(argv[2]);

	while ((n = read(from, buffer, sizeof(buffer))) > 0)
		write_all(to, buffer, n);
	if (n < 0)
		err(1, "read");

	close_sink(to);
	return 0;
}
