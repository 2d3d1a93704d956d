/*
 * zerocopy.c - MSG_ZEROCOPY on loopback is a copy inside the kernel; without SO_ZEROCOPY, or on a
 * UNIX socket, it is an ordinary copy.
 *
 * EXPECT call send: calls=2 returned=30000+20000 from_user=30000 in_kernel=20000
 * EXPECT call sendmsg: calls=2 returned=10000+500 from_user=500 in_kernel=10000
 * EXPECT call read: calls=3 returned=60000 to_user=60000
 * EXPECT syscall recvfrom: calls=3 returned=3 to_user=3
 * EXPECT object tcp: from_user=30000 in_kernel=30000 to_user=60000+3
 * EXPECT object unix_stream: from_user=500
 * EXPECT totals: returned=120500+3 from_user=30500 in_kernel=30000 to_user=60000+3
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "sockets.h"

static char buffer[30000];

/* One read for each send: what a single send left in the queue arrives whole. The peek waits for it. */
static void drain(int fd, long n)
{
	char byte;
	gives(syscall(SYS_recvfrom, fd, &byte, 1, MSG_PEEK, NULL, NULL), 1);
	gives(read(fd, buffer, n), n);
}

int main(void)
{
	int ends[2], pair[2], one = 1;
	tcp_pair(ends);
	gives(send(ends[0], buffer, 30000, MSG_ZEROCOPY), 30000);
	drain(ends[1], 30000);

	must(setsockopt(ends[0], SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one)));
	gives(send(ends[0], buffer, 20000, MSG_ZEROCOPY), 20000);
	drain(ends[1], 20000);
	struct iovec iov = {buffer, 10000};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
	gives(sendmsg(ends[0], &message, MSG_ZEROCOPY), 10000);
	drain(ends[1], 10000);

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	iov.iov_len = 500;
	gives(sendmsg(pair[0], &message, MSG_ZEROCOPY), 500);
	return 0;
}
