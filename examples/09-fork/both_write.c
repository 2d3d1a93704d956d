/* both_write.c - a child writes to each page of the buffer, and after it the parent, while both
 * live: both_write SIZE. */
#include "buffer.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: both_write SIZE");
	size_t size = size_argument(argv[1]);
	void *buffer = touched_buffer(size);
	int child[2], parent[2];

	must_pipe(child);
	must_pipe(parent);
	if (!must_fork()) {
		write_pages(buffer, size, 1);
		close(child[1]);
		wait_for_other(parent);
		leave();
	}
	wait_for_other(child);
	write_pages(buffer, size, 1);
	close(parent[1]);
	wait_for_children();
	leave();
}
