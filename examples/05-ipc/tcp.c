/* tcp.c - TCP over the loopback device: the kernel chooses a port, which a child then knows, and
 * others find by a path. */
#include "ipc.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int listener;
static in_port_t port;

static struct sockaddr_in loopback(in_port_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons(port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int tcp_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		err(1, "socket");
	return fd;
}

static void make(const char *path)
{
	struct sockaddr_in address = loopback(0);
	socklen_t size = sizeof(address);

	listener = tcp_socket();
	if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&address, &size))
		err(1, "listen");
	port = ntohs(address.sin_port);
	if (path)
		leave_number(path, port);
}

static void produce(const char *path)
{
	struct sockaddr_in address = loopback(path ? number_at(path) : port);
	int fd = tcp_socket();

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "connect");
	write_pieces(fd);
}

static void consume(const char *path)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		err(1, "accept");
	read_pieces(fd);
}

const struct mechanism by_tcp = {
    .name = "tcp",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
