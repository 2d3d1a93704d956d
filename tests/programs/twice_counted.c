/*
 * twice_counted.c - what the kernel counts of calls that move bytes without a copy each way: twice, or not at all.
 *
 * EXPECT audit: rchar=30000+20000+5 wchar=30000+20000+5 explained_to_user=30000+20000+5
 * EXPECT audit: explained_from_user=30000+20000+5 unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <mqueue.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

int main(int argc, char **argv)
{
	static char buffer[70000];
	int ends[2], sockets[2];
	char from[300], to[300];
	snprintf(from, sizeof(from), "%s/from", argv[1]);
	snprintf(to, sizeof(to), "%s/to", argv[1]);
	int in = must(open(from, O_RDWR | O_CREAT, 0600)),
	    out = must(open(to, O_RDWR | O_CREAT, 0600));
	must(ftruncate(in, sizeof(buffer)));

	/* Both ways each, though no byte crosses. */
	gives(sendfile(out, in, NULL, 30000), 30000);
	off_t at = 0;
	gives(copy_file_range(in, &at, out, NULL, 20000, 0), 20000);

	/* Neither way. */
	must(pipe(ends));
	gives(splice(in, NULL, ends[1], NULL, 5000, 0), 5000);
	struct iovec piece = {buffer, 4000};
	gives(vmsplice(ends[1], &piece, 1, 0), 4000);
	gives(splice(ends[0], NULL, out, NULL, 9000, 0), 9000);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	gives(send(sockets[0], buffer, 3000, 0), 3000);
	gives(recv(sockets[1], buffer, 3000, 0), 3000);
	gives(getrandom(buffer, 200, 0), 200);

	/* A socket's bytes are counted where read and write move them. */
	gives(write(sockets[0], buffer, 5), 5);
	gives(read(sockets[1], buffer, 5), 5);
	return 0;
}
