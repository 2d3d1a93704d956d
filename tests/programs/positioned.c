/*
 * positioned.c - each spelling of a positioned or vectored read and write, with sizes of their
 * own.
 *
 * EXPECT call pwrite: calls=2 returned=1000+64 from_user=1000+64
 * EXPECT call writev: calls=1 returned=300 from_user=300
 * EXPECT call pwritev: calls=2 returned=300+300 from_user=300+300
 * EXPECT call pwritev2: calls=2 returned=300+300 from_user=300+300
 * EXPECT call pread: calls=2 returned=900+60 to_user=900+60
 * EXPECT call readv: calls=1 returned=300 to_user=300
 * EXPECT call preadv: calls=2 returned=300+300 to_user=300+300
 * EXPECT call preadv2: calls=2 returned=300+300 to_user=300+300
 * EXPECT sizes pwrite: 64=1 512=1
 * EXPECT totals: returned=2564+2460 from_user=2564 to_user=2460
 * EXPECT object $KIND $FILE: from_user=2564 to_user=2460
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <sys/uio.h>

int main(int argc, char **argv)
{
	static char buffer[4096];
	struct iovec iov[] = {{buffer, 100}, {buffer + 1000, 0}, {buffer + 2000, 200}};
	int fd = must(open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600));

	gives(pwrite(fd, buffer, 1000, 0), 1000);
	gives(pwrite64(fd, buffer, 64, 1000), 64);
	gives(writev(fd, iov, 3), 300);
	gives(pwritev(fd, iov, 3, 500), 300);
	gives(pwritev64(fd, iov, 3, 500), 300);
	gives(pwritev2(fd, iov, 3, 500, 0), 300);
	gives(pwritev64v2(fd, iov, 3, 500, RWF_DSYNC), 300);

	gives(pread(fd, buffer, 900, 0), 900);
	gives(pread64(fd, buffer, 60, 1), 60);
	gives(readv(fd, iov, 3), 300);
	gives(preadv(fd, iov, 3, 500), 300);
	gives(preadv64(fd, iov, 3, 500), 300);
	gives(preadv2(fd, iov, 3, -1, 0), 300);
	gives(preadv64v2(fd, iov, 3, 500, 0), 300);
	return 0;
}
