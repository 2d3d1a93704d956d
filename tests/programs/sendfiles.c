/*
 * sendfiles.c - sendfile into each kind of sink, and from /dev/zero.
 *
 * EXPECT call sendfile: calls=7 returned=56000 in_kernel=10000 by_reference=20000+5000+6000+7000 discarded=8000 zero_filled=7000 errors=1
 * EXPECT sizes sendfile: 4096=4 8192=1 16384=1
 * EXPECT object $KIND $FILE.copy: in_kernel=10000 from_user=any
 * EXPECT object unix_stream: by_reference=20000
 * EXPECT object tcp: by_reference=5000
 * EXPECT object pipe: by_reference=6000+7000 zero_filled=7000
 * EXPECT object null: discarded=8000
 * EXPECT flow sendfile $KIND $KIND: calls=1 returned=10000 in_kernel=10000
 * EXPECT flow sendfile $KIND tcp: calls=1 returned=5000 by_reference=5000
 * EXPECT flow sendfile zero pipe: calls=1 returned=7000 by_reference=7000 zero_filled=7000
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "sockets.h"
#include <fcntl.h>
#include <sys/sendfile.h>

int main(int argc, char **argv)
{
	static char buffer[20000];
	char copy[4096];
	int tcp[2], pair[2], ends[2];
	int in = must(open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600));
	gives(write(in, buffer, sizeof(buffer)), sizeof(buffer));
	snprintf(copy, sizeof(copy), "%s.copy", argv[1]);
	int out = must(open(copy, O_RDWR | O_CREAT | O_EXCL, 0600));
	tcp_pair(tcp);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	must(pipe(ends));

	off_t at = 0;
	gives(sendfile(out, in, &at, 10000), 10000);
	at = 0;
	gives(sendfile64(pair[0], in, &at, 20000), 20000);
	at = 0;
	gives(sendfile(tcp[0], in, &at, 5000), 5000);
	at = 0;
	gives(sendfile(ends[1], in, &at, 6000), 6000);
	gives(sendfile(ends[1], must(open("/dev/zero", O_RDONLY)), NULL, 7000), 7000);
	at = 0;
	gives(sendfile(must(open("/dev/null", O_WRONLY)), in, &at, 8000), 8000);
	fails(sendfile(out, ends[0], NULL, 10), EINVAL);
	return 0;
}
