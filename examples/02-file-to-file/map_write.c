/* map_write.c - copies a file from a mapping of it: map_write FROM TO. */
#include "../io.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: map_write FROM TO");
	int from = must_open(argv[1], O_RDONLY),
	    to = must_open(argv[2], O_WRONLY | O_CREAT | O_TRUNC);
	size_t size = file_size(from);

	write_all(to, must_map(from, size, PROT_READ), size);
	if (close(to))
		err(1, "close");
	return 0;
}
