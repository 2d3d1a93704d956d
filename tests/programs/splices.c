/*
 * splices.c - splice, tee and vmsplice: references, until somebody must own the bytes.
 *
 * EXPECT call splice: calls=4 returned=3000+3000+1000+1000 by_reference=3000+1000 in_kernel=3000 discarded=1000
 * EXPECT call tee: calls=1 returned=1000 by_reference=1000
 * EXPECT call vmsplice: calls=2 returned=2000+2000 by_reference=2000 to_user=2000
 * EXPECT object $KIND $FILE.copy: in_kernel=3000
 * EXPECT object null: discarded=1000
 * EXPECT object unix_stream: by_reference=1000
 * EXPECT object pipe: by_reference=3000+1000+2000 to_user=2000 from_user=1000
 * EXPECT flow splice $KIND pipe: calls=1 returned=3000 by_reference=3000
 * EXPECT flow splice pipe $KIND: calls=1 returned=3000 in_kernel=3000
 * EXPECT flow tee pipe pipe: calls=1 returned=1000 by_reference=1000
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

int main(int argc, char **argv)
{
	static char buffer[4096] __attribute__((aligned(4096)));
	char copy[4096];
	int a[2], b[2], pair[2];
	int in = must(open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600));
	gives(pwrite(in, buffer, 4096, 0), 4096);
	snprintf(copy, sizeof(copy), "%s.copy", argv[1]);
	int out = must(open(copy, O_RDWR | O_CREAT | O_EXCL, 0600));
	must(pipe(a));
	must(pipe(b));
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));

	gives(splice(in, NULL, a[1], NULL, 3000, 0), 3000);
	gives(splice(a[0], NULL, out, NULL, 3000, SPLICE_F_MOVE), 3000);

	struct iovec iov = {buffer, 2000};
	gives(vmsplice(a[1], &iov, 1, 0), 2000);
	gives(tee(a[0], b[1], 1000, 0), 1000);
	gives(splice(b[0], NULL, pair[0], NULL, 1000, 0), 1000);
	gives(vmsplice(a[0], &iov, 1, 0), 2000);

	/* To have something left to throw away. */
	gives(write(a[1], buffer, 1000), 1000);
	gives(splice(a[0], NULL, must(open("/dev/null", O_WRONLY)), NULL, 1000, 0), 1000);
	return 0;
}
