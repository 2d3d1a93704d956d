/* child_alone.c - writes to each page of the buffer in a process whose parent has exited, and was
 * waited for: child_alone SIZE. */
#include "buffer.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: child_alone SIZE");
	size_t size = size_argument(argv[1]);
	int until[2];

	must_pipe(until);
	prctl(PR_SET_CHILD_SUBREAPER, 1); /* so that this process can wait for the orphan */
	if (!must_fork()) {
		void *buffer = touched_buffer(size);

		if (!must_fork()) {
			wait_for_other(until);
			write_pages(buffer, size, 1);
		}
		leave();
	}
	if (wait(NULL) < 0)
		err(1, "wait");
	close(until[1]);
	wait_for_children();
	leave();
}
