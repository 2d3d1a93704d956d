/*
 * read_write.c - writes 64 KiB in sixteen calls and reads them in seventeen, the last of which
 * finds the end.
 *
 * EXPECT totals: returned=2*65536 to_user=65536 from_user=65536
 * EXPECT call open: calls=1
 * EXPECT call close: calls=1
 * EXPECT call write: calls=16 returned=65536 from_user=65536
 * EXPECT call read: calls=17 returned=65536 to_user=65536
 * EXPECT sizes write: 4096=16
 * EXPECT sizes read: 0=1 4096=16
 * EXPECT object $KIND $FILE: to_user=65536 from_user=65536
 * EXPECT audit: rchar>=65536 wchar>=65536 explained_to_user=65536 explained_from_user=65536
 * EXPECT exit: how=exit status=0
 * EXPECT memory: allocations=0 asked_bytes=0 live_bytes=0
 */
#include "must.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
	static char buffer[4096];
	int fd = must(open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600));
	for (int i = 0; i < 16; i++)
		gives(write(fd, buffer, sizeof(buffer)), sizeof(buffer));
	must(lseek(fd, 0, SEEK_SET));
	for (int i = 0; i < 16; i++)
		gives(read(fd, buffer, sizeof(buffer)), sizeof(buffer));
	gives(read(fd, buffer, sizeof(buffer)), 0);
	must(close(fd));
	return 0;
}
