/*
 * zerocopy_datagrams.c - a datagram with MSG_ZEROCOPY to an address on loopback is a copy inside the kernel,
 * whether the socket is connected or the call names the address, and a message that isn't there is none.
 * Once it is connected it has its peer's name.
 *
 * EXPECT call sendmsg: calls=3 returned=4000+500 in_kernel=4500 errors=1
 * EXPECT call sendmmsg: calls=2 returned=600 in_kernel=600 errors=1
 */
#include "must.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static char buffer[4000];

/* What goes to ::1 from a socket without an address; 0 where there is no IPv6. */
static int sent_by_ipv6(void)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	socklen_t size = sizeof(at);
	int one = 1, receiver = socket(AF_INET6, SOCK_DGRAM, 0);
	if (receiver < 0 || bind(receiver, (struct sockaddr *)&at, size) < 0)
		return 0;
	must(getsockname(receiver, (struct sockaddr *)&at, &size));
	int fd = must(socket(AF_INET6, SOCK_DGRAM, 0));
	must(setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one)));
	gives(sendto(fd, buffer, 700, MSG_ZEROCOPY, (struct sockaddr *)&at, size), 700);
	return 700;
}

int main(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	int one = 1, receiver = must(socket(AF_INET, SOCK_DGRAM, 0));
	must(bind(receiver, (struct sockaddr *)&at, size));
	must(getsockname(receiver, (struct sockaddr *)&at, &size));

	int fd = must(socket(AF_INET, SOCK_DGRAM, 0));
	must(setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one)));
	gives(sendto(fd, buffer, 3000, MSG_ZEROCOPY, (struct sockaddr *)&at, size), 3000);
	struct iovec iov = {buffer, 4000};
	struct mmsghdr message = {.msg_hdr = {&at, size, &iov, 1}};
	gives(sendmsg(fd, &message.msg_hdr, MSG_ZEROCOPY), 4000);
	iov.iov_len = 600;
	gives(sendmmsg(fd, &message, 1, MSG_ZEROCOPY), 1);
	fails(sendmsg(fd, (void *)1, MSG_ZEROCOPY), EFAULT);
	fails(sendmmsg(fd, (void *)1, 1, MSG_ZEROCOPY), EFAULT);
	must(connect(fd, (struct sockaddr *)&at, size));
	iov.iov_len = 500;
	message.msg_hdr.msg_name = NULL;
	message.msg_hdr.msg_namelen = 0;
	gives(sendmsg(fd, &message.msg_hdr, MSG_ZEROCOPY), 500);
	int more = sent_by_ipv6();
	printf("EXPECT call sendto: calls=%d returned=3000+%d in_kernel=3000+%d\n", more ? 2 : 1,
	       more, more);
	printf("EXPECT object udp: in_kernel=8100+%d errors=2\n", more);
	printf("EXPECT object udp udp 127.0.0.1:%d: in_kernel=500\n", ntohs(at.sin_port));
	return 0;
}
