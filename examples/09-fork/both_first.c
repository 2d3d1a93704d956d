/* both_first.c - reserves the buffer, forks, and then both are the first to touch it: both_first
 * SIZE. */
#include "buffer.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: both_first SIZE");
	only_small_pages();
	size_t size = size_argument(argv[1]);
	void *buffer = reserved_buffer(size);
	pid_t child = must_fork();

	write_pages(buffer, size, 1);
	if (child)
		wait_for_children();
	leave();
}
