/* sockets.h - pairs of connected sockets on loopback, for test programs. */
#ifndef SOCKETS_H
#define SOCKETS_H

#include "must.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static inline struct sockaddr_in loopback(int fd)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t size = sizeof(at);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(fd, (struct sockaddr *)&at, size));
	must(getsockname(fd, (struct sockaddr *)&at, &size));
	return at;
}

/* Two ends of one TCP connection. */
static inline void tcp_pair(int ends[2])
{
	int listener = must(socket(AF_INET, SOCK_STREAM, 0));
	struct sockaddr_in at = loopback(listener);
	must(listen(listener, 1));
	ends[0] = must(socket(AF_INET, SOCK_STREAM, 0));
	must(connect(ends[0], (struct sockaddr *)&at, sizeof(at)));
	ends[1] = must(accept(listener, NULL, NULL));
	must(close(listener));
}

/* A bound UDP socket, and one connected to it. */
static inline void udp_pair(int ends[2])
{
	ends[1] = must(socket(AF_INET, SOCK_DGRAM, 0));
	struct sockaddr_in at = loopback(ends[1]);
	ends[0] = must(socket(AF_INET, SOCK_DGRAM, 0));
	must(connect(ends[0], (struct sockaddr *)&at, sizeof(at)));
}

#endif
