/* map_memcpy.c - copies from a mapping of one file to a mapping of the other: map_memcpy FROM TO.
 */
#include "../io.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: map_memcpy FROM TO");
	int from = must_open(argv[1], O_RDONLY),
	    to = must_open(argv[2], O_RDWR | O_CREAT | O_TRUNC);
	size_t size = file_size(from);

	/* Pages behind the end of a file can be mapped, but not touched. */
	if (ftruncate(to, size))
		err(1, "ftruncate");
	memcpy(must_map(to, size, PROT_READ | PROT_WRITE), must_map(from, size, PROT_READ), size);
	if (close(to))
		err(1, "close");
	return 0;
}
