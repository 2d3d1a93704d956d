/*
 * tcp.c - TCP on loopback: peeking copies again, MSG_TRUNC throws away without a copy.
 *
 * EXPECT call send: calls=17 returned=65536+5000 from_user=65536+5000
 * EXPECT call write: calls=1 returned=1000 from_user=1000
 * EXPECT call sendmsg: calls=1 returned=300 from_user=300
 * EXPECT call sendto: calls=1 returned=70 from_user=70
 * EXPECT call recv: calls=22 errors=1 returned=65536+3*1000+5000+5000 to_user=65536+3*1000 discarded=5000+5000
 * EXPECT call recvmsg: calls=1 returned=300 to_user=300
 * EXPECT call recvfrom: calls=1 returned=70 to_user=70
 * EXPECT call accept: calls=1
 * EXPECT call connect: calls=1
 * EXPECT object tcp: from_user=71906 to_user=68906 discarded=10000
 * EXPECT totals: returned=71906+78906 from_user=71906 to_user=68906 discarded=10000 errors=1
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "sockets.h"
#include <sys/uio.h>

int main(void)
{
	static char buffer[8192];
	int ends[2];
	tcp_pair(ends);

	for (int i = 0; i < 16; i++) {
		gives(send(ends[0], buffer, 4096, 0), 4096);
		gives(recv(ends[1], buffer, 4096, MSG_WAITALL), 4096);
	}

	gives(write(ends[0], buffer, 1000), 1000);
	gives(recv(ends[1], buffer, 1000, MSG_PEEK | MSG_WAITALL), 1000);
	gives(recv(ends[1], buffer, 1000, MSG_PEEK | MSG_WAITALL), 1000);
	gives(recv(ends[1], buffer, 1000, MSG_WAITALL), 1000);

	gives(send(ends[0], buffer, 5000, 0), 5000);
	gives(recv(ends[1], buffer, 5000, MSG_PEEK | MSG_TRUNC | MSG_WAITALL), 5000);
	gives(recv(ends[1], NULL, 5000, MSG_TRUNC | MSG_WAITALL), 5000);

	struct iovec iov[] = {{buffer, 100}, {buffer + 200, 200}};
	struct msghdr message = {.msg_iov = iov, .msg_iovlen = 2};
	gives(sendmsg(ends[0], &message, 0), 300);
	gives(recvmsg(ends[1], &message, MSG_WAITALL), 300);
	gives(sendto(ends[1], buffer, 70, 0, NULL, 0), 70);
	gives(recvfrom(ends[0], buffer, 70, MSG_WAITALL, NULL, NULL), 70);
	fails(recv(ends[1], buffer, 1, MSG_DONTWAIT), EAGAIN);
	return 0;
}
