/* mmap_write.c - sends a file to standard output from the pages of the page cache, mapped into the
 * program: mmap_write FILE.
 */
#include "../io.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: mmap_write FILE");
	int file = must_open(argv[1], O_RDONLY);
	size_t size = file_size(file);

	write_all(STDOUT_FILENO, must_map(file, size, PROT_READ), size);
	return 0;
}
