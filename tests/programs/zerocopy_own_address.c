/*
 * zerocopy_own_address.c - MSG_ZEROCOPY to an address of the machine's own, beside loopback's, goes over
 * loopback and is a copy inside the kernel: the completion says so.
 *
 * EXPECT call send: calls=1 returned=20000 in_kernel=20000
 * EXPECT object tcp: in_kernel=20000
 */
#include "must.h"
#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static char buffer[20000];

/* A network of our own, whose only interface has this address. */
static struct sockaddr_in lone_address(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr("192.0.2.1")};
	struct ifreq request = {.ifr_name = "lo"};

	must(unshare(CLONE_NEWNET));
	int fd = must(socket(AF_INET, SOCK_DGRAM, 0));
	memcpy(&request.ifr_addr, &at, sizeof(at));
	must(ioctl(fd, SIOCSIFADDR, &request));
	request.ifr_flags = IFF_UP;
	must(ioctl(fd, SIOCSIFFLAGS, &request));
	must(close(fd));
	return at;
}

/* The kernel's own word for it; the record that this test is about has only the call. */
static void must_be_completed_by_copy(int fd)
{
	struct pollfd ready = {.fd = fd};
	char control[200];
	struct msghdr message = {.msg_control = control, .msg_controllen = sizeof(control)};

	gives(poll(&ready, 1, 10000), 1);
	must(recvmsg(fd, &message, MSG_ERRQUEUE));
	const struct sock_extended_err *said =
	    (const struct sock_extended_err *)CMSG_DATA(CMSG_FIRSTHDR(&message));
	gives(said->ee_origin, SO_EE_ORIGIN_ZEROCOPY);
	gives(said->ee_code, SO_EE_CODE_ZEROCOPY_COPIED);
}

int main(void)
{
	struct sockaddr_in at = lone_address();
	socklen_t size = sizeof(at);
	int one = 1, listener = must(socket(AF_INET, SOCK_STREAM, 0));

	must(bind(listener, (struct sockaddr *)&at, size));
	must(listen(listener, 1));
	must(getsockname(listener, (struct sockaddr *)&at, &size));
	int fd = must(socket(AF_INET, SOCK_STREAM, 0));
	must(connect(fd, (struct sockaddr *)&at, size));
	must(setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one)));
	gives(send(fd, buffer, sizeof(buffer), MSG_ZEROCOPY), sizeof(buffer));
	must_be_completed_by_copy(fd);
	return 0;
}
