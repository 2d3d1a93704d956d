/*
 * direct.c - O_DIRECT: the device moves the bytes and the CPU touches none of them.
 *
 * EXPECT call write: calls=1 returned=8192
 * EXPECT call read: calls=1 returned=8192
 * EXPECT call pread: calls=2 returned=4096+8192 to_user=4096
 * EXPECT call copy_file_range: calls=1 returned=8192 by_reference=any
 * EXPECT object direct $FILE:
 * EXPECT object regular $FILE: to_user=4096
 * EXPECT totals: returned=16384+4096+2*8192 to_user=4096 by_reference=any
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
	void *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = must(open(argv[1], O_RDWR | O_CREAT | O_EXCL | O_DIRECT, 0600));
	gives(write(fd, page, 8192), 8192);
	must(lseek(fd, 0, SEEK_SET));
	gives(read(fd, page, 8192), 8192);
	/* The same descriptor, no longer direct. */
	must(fcntl(fd, F_SETFL, 0));
	gives(pread(fd, page, 4096, 0), 4096);
	/* Into another file, and again so. */
	char copy[4096];
	loff_t at = 0;
	snprintf(copy, sizeof(copy), "%s.copy", argv[1]);
	int out = must(open(copy, O_RDWR | O_CREAT | O_EXCL | O_DIRECT, 0600));
	gives(copy_file_range(fd, &at, out, NULL, 8192, 0), 8192);
	must(fcntl(fd, F_SETFL, O_DIRECT));
	gives(pread(fd, page, 8192, 0), 8192);
	return 0;
}
