/* read_write.c - copies a file through a buffer, of 64 KiB or as asked: read_write FROM TO [SIZE].
 */
#include "../io.h"

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 4)
		errx(2, "usage: read_write FROM TO [SIZE]");
	size_t size = size_argument(argc == 4 ? argv[3] : "64K");
	char *buffer = must_have(malloc(size));
	int from = must_open(argv[1], O_RDONLY),
	    to = must_open(argv[2], O_WRONLY | O_CREAT | O_TRUNC);
	ssize_t n;

	while ((n = read(from, buffer, size)) > 0)
		write_all(to, buffer, n);
	if (n < 0)
		err(1, "read");
	if (close(to))
		err(1, "close");
	return 0;
}
