/* parent_writes.c - writes to each page of the buffer, or to one of every so many, while a child
 * has it too: parent_writes SIZE [EVERY]. */
#include "buffer.h"

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 3)
		errx(2, "usage: parent_writes SIZE [EVERY]");
	size_t size = size_argument(argv[1]);
	void *buffer = touched_buffer(size);
	int until[2];

	must_pipe(until);
	if (!must_fork()) {
		wait_for_other(until);
		leave();
	}
	write_pages(buffer, size, argc == 3 ? size_argument(argv[2]) : 1);
	close(until[1]);
	wait_for_children();
	leave();
}
