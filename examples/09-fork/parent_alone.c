/* parent_alone.c - writes to each page of the buffer when its child has exited: parent_alone SIZE.
 */
#include "buffer.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: parent_alone SIZE");
	size_t size = size_argument(argv[1]);
	void *buffer = touched_buffer(size);

	if (!must_fork())
		leave();
	wait_for_children();
	write_pages(buffer, size, 1);
	leave();
}
