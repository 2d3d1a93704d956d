/* tcp.c - TCP over the loopback device: the kernel chooses a port, which the child then knows. */
#include "ipc.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int listener;
static struct sockaddr_in address = {.sin_family = AF_INET};

static int tcp_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		err(1, "socket");
	return fd;
}

static void make(const char *name)
{
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = tcp_socket();
	if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&address, &size))
		err(1, "listen");
}

static void produce(const char *name)
{
	int fd = tcp_socket();

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "connect");
	write_pieces(fd);
}

static void consume(const char *name)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		err(1, "accept");
	read_pieces(fd);
}

const struct mechanism by_tcp = {
    .name = "tcp",
    .serves = RELATED,
    .make = make,
    .produce = produce,
    .consume = consume,
};
