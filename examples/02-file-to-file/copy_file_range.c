/* copy_file_range.c - asks the file system for a copy, which may share the blocks: copy_file_range
 * FROM TO.
 */
#include "../io.h"

int main(int argc, char **argv)
{
	const size_t at_once = 1 << 30;
	ssize_t n;

	if (argc != 3)
		errx(2, "usage: copy_file_range FROM TO");
	int from = must_open(argv[1], O_RDONLY),
	    to = must_open(argv[2], O_WRONLY | O_CREAT | O_TRUNC);

	while ((n = copy_file_range(from, NULL, to, NULL, at_once, 0)) > 0)
		;
	if (n < 0)
		err(1, "copy_file_range");
	if (close(to))
		err(1, "close");
	return 0;
}
