/* child_writes.c - forks a child that writes to each page of the buffer: child_writes SIZE. */
#include "buffer.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: child_writes SIZE");
	size_t size = size_argument(argv[1]);
	void *buffer = touched_buffer(size);

	if (!must_fork()) {
		write_pages(buffer, size, 1);
		leave();
	}
	wait_for_children();
	leave();
}
