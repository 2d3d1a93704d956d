/*
 * one_byte.c - reads a page byte by byte, which the sizes must show.
 *
 * EXPECT call write: calls=1 returned=4096 from_user=4096
 * EXPECT call read: calls=4096 returned=4096 to_user=4096
 * EXPECT sizes read: 1=4096
 * EXPECT totals: returned=8192 to_user=4096 from_user=4096
 */
#include "must.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
	static char page[4096];
	int fd = must(open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600));
	gives(write(fd, page, sizeof(page)), sizeof(page));
	must(lseek(fd, 0, SEEK_SET));
	for (int i = 0; i < 4096; i++)
		gives(read(fd, page, 1), 1);
	return 0;
}
