/* read_write.c - sends a file to standard output through a buffer, of 64 KiB or as asked:
 * read_write FILE [SIZE].
 */
#include "../io.h"

int main(int argc, char **argv)
{
	ssize_t n;

	if (argc != 2 && argc != 3)
		errx(2, "usage: read_write FILE [SIZE]");
	size_t size = size_argument(argc == 3 ? argv[2] : "64K");
	char *buffer = must_have(malloc(size));
	int file = must_open(argv[1], O_RDONLY);

	while ((n = read(file, buffer, size)) > 0)
		write_all(STDOUT_FILENO, buffer, n);
	if (n < 0)
		err(1, "read");
	return 0;
}
