/*
 * unix_sockets.c - UNIX sockets of all three types; a stream takes no notice of MSG_TRUNC.
 *
 * EXPECT object unix_stream: from_user=5000 to_user=1000+5000
 * EXPECT object unix_dgram: from_user=30000+200 to_user=1000+200 discarded=29000
 * EXPECT object unix_seqpacket: from_user=700+800 to_user=600+800 discarded=100
 * EXPECT call send: calls=4 returned=5000+30000+700+800 from_user=5000+30000+700+800
 * EXPECT call recv: calls=5 returned=1000+5000+30000+700+800 to_user=1000+5000+1000+600+800 discarded=29000+100
 * EXPECT call write: calls=1 returned=200 from_user=200
 * EXPECT call read: calls=1 returned=200 to_user=200
 * EXPECT call socketpair: calls=3
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <sys/socket.h>

int main(void)
{
	static char buffer[30000];
	int ends[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	gives(send(ends[0], buffer, 5000, 0), 5000);
	gives(recv(ends[1], buffer, 1000, MSG_PEEK), 1000);
	gives(recv(ends[1], buffer, 5000, MSG_TRUNC), 5000);

	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
	gives(send(ends[0], buffer, 30000, 0), 30000);
	gives(recv(ends[1], buffer, 1000, MSG_TRUNC), 30000);
	gives(write(ends[0], buffer, 200), 200);
	gives(read(ends[1], buffer, 1000), 200);

	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	gives(send(ends[0], buffer, 700, 0), 700);
	gives(recv(ends[1], buffer, 600, MSG_TRUNC), 700);
	gives(send(ends[0], buffer, 800, 0), 800);
	gives(recv(ends[1], buffer, 1000, 0), 800);
	return 0;
}
