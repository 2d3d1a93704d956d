/*
 * socket_names.c - sockets are named by their peers, or else by their own address, as other programs print
 * those: what is accepted by its own, and names of no file with an @.
 */
#include "must.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif

static char buffer[10];

static void tcp(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	int listener = must(socket(AF_INET, SOCK_STREAM, 0));
	must(bind(listener, (struct sockaddr *)&at, size));
	must(listen(listener, 1));
	must(getsockname(listener, (struct sockaddr *)&at, &size));
	int fd = must(socket(AF_INET, SOCK_STREAM, 0));
	must(connect(fd, (struct sockaddr *)&at, size));
	int accepted = must(accept(listener, NULL, NULL));
	gives(write(fd, buffer, 3), 3);
	gives(read(accepted, buffer, 3), 3);
	int port = ntohs(at.sin_port);
	printf("EXPECT object tcp tcp 127.0.0.1:%d: calls=1 returned=3 from_user=3\n", port);
	printf("EXPECT object tcp tcp 127.0.0.1:%d (accepted): calls=1 returned=3 to_user=3\n",
	       port);
	printf("EXPECT object tcp tcp 127.0.0.1:%d (listening): calls=1\n", port);
}

static void without_file(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int receiver = must(socket(AF_UNIX, SOCK_DGRAM, 0)),
	    fd = must(socket(AF_UNIX, SOCK_DGRAM, 0));
	int n = sprintf(at.sun_path + 1, "copytrace-test-%d", getpid());
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
	must(bind(receiver, (struct sockaddr *)&at, size));
	must(connect(fd, (struct sockaddr *)&at, size));
	gives(write(fd, buffer, 4), 4);
	printf("EXPECT object unix_dgram @%s: calls=1 returned=4 from_user=4\n", at.sun_path + 1);
}

/* An address that needn't be this machine's. */
static void ipv6(const char *address)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6};
	socklen_t size = sizeof(at);
	char text[INET6_ADDRSTRLEN];
	int on = 1, fd = socket(AF_INET6, SOCK_DGRAM, 0);
	if (fd < 0 || setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof(on)) < 0)
		return;
	gives(inet_pton(AF_INET6, address, &at.sin6_addr), 1);
	if (bind(fd, (struct sockaddr *)&at, size) < 0)
		return;
	must(getsockname(fd, (struct sockaddr *)&at, &size));
	inet_ntop(AF_INET6, &at.sin6_addr, text, sizeof(text));
	fails(recv(fd, buffer, 1, MSG_DONTWAIT), EAGAIN);
	const char *bare = IN6_IS_ADDR_V4MAPPED(&at.sin6_addr) ? strrchr(text, ':') + 1 : NULL;
	printf("EXPECT object udp udp %s%s%s:%d: calls=1 errors=1\n", bare ? "" : "[",
	       bare ? bare : text, bare ? "" : "]", ntohs(at.sin6_port));
}

int main(void)
{
	tcp();
	without_file();
	ipv6("::1");
	ipv6("::");
	ipv6("2001:db8::");
	ipv6("2001:db8::1:0:0:1");
	ipv6("2001:0:0:1::1");
	ipv6("2001:db8:0:1:1:1:1:1");
	ipv6("::ffff:127.0.0.1");
	return 0;
}
