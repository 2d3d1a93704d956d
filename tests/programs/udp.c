/*
 * udp.c - datagrams: MSG_TRUNC tells the length of what didn't fit, and copies only what did.
 *
 * EXPECT call send: calls=6 returned=500+3*30000+720 from_user=500+3*30000+720
 * EXPECT call sendto: calls=1 returned=50 from_user=50
 * EXPECT call recv: calls=4 returned=500+1000+30000+2000 to_user=500+1000+1000+2000 discarded=29000
 * EXPECT call recvfrom: calls=1 returned=50 to_user=50
 * EXPECT call recvmsg: calls=1 returned=30000 to_user=300 discarded=29700
 * EXPECT call sendmmsg: calls=1 returned=100+200+300 from_user=100+200+300
 * EXPECT call recvmmsg: calls=2 returned=100+200+300+700+20 to_user=100+200+300+100+20 discarded=600
 * EXPECT object udp: from_user=91870 to_user=5570 discarded=59300
 * EXPECT totals: returned=91870+64870 from_user=91870 to_user=5570 discarded=59300
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "sockets.h"

int main(void)
{
	static char buffer[30000];
	int ends[2];
	udp_pair(ends);

	gives(send(ends[0], buffer, 500, 0), 500);
	gives(recv(ends[1], buffer, 1000, 0), 500);

	/* The same datagram: its beginning twice, then all that fits, with its length. */
	gives(send(ends[0], buffer, 30000, 0), 30000);
	gives(recv(ends[1], buffer, 1000, MSG_PEEK), 1000);
	gives(recv(ends[1], buffer, 1000, MSG_TRUNC), 30000);
	gives(send(ends[0], buffer, 30000, 0), 30000);
	gives(recv(ends[1], buffer, 2000, 0), 2000);

	struct iovec iov[] = {{buffer, 100}, {buffer + 200, 200}, {buffer + 1000, 300}};
	struct msghdr message = {.msg_iov = iov, .msg_iovlen = 2};
	gives(send(ends[0], buffer, 30000, 0), 30000);
	gives(recvmsg(ends[1], &message, MSG_TRUNC), 30000);

	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	must(getsockname(ends[1], (struct sockaddr *)&from, &size));
	gives(sendto(ends[0], buffer, 50, 0, (struct sockaddr *)&from, size), 50);
	gives(recvfrom(ends[1], buffer, 100, 0, (struct sockaddr *)&from, &size), 50);

	struct mmsghdr many[3] = {0};
	for (int i = 0; i < 3; i++)
		many[i].msg_hdr = (struct msghdr){.msg_iov = iov + i, .msg_iovlen = 1};
	gives(sendmmsg(ends[0], many, 3, 0), 3);
	gives(recvmmsg(ends[1], many, 3, MSG_WAITFORONE, NULL), 3);
	gives(many[2].msg_len, 300);

	/* One that is cut, and one that leaves room. */
	gives(send(ends[0], buffer, 700, 0), 700);
	gives(send(ends[0], buffer, 20, 0), 20);
	gives(recvmmsg(ends[1], many, 2, MSG_WAITFORONE | MSG_TRUNC, NULL), 2);
	gives(many[0].msg_len, 700);
	return 0;
}
