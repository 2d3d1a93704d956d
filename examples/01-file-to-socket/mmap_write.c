/* mmap_write.c - sends a file to standard output from the pages of the page cache, mapped into the
 * program: mmap_write FILE.
 */
#include "../io.h"

#include <sys/mman.h>

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: mmap_write FILE");
	int file = must_open(argv[1], O_RDONLY);
	size_t size = file_size(file);
	char *pages = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);

	if (pages == MAP_FAILED)
		err(1, "mmap");
	write_all(STDOUT_FILENO, pages, size);
	return 0;
}
