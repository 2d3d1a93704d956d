/* unix_socket.c - UNIX sockets that are found by their path, and streams with or without one. */
#include "unix_socket.h"

#include "ipc.h"

#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		errx(1, "%s: too long for a socket's path", path);
	strcpy(address.sun_path, path);
	return address;
}

static int unix_socket(int type)
{
	int fd = socket(AF_UNIX, type, 0);

	if (fd < 0)
		err(1, "socket");
	return fd;
}

int unix_socket_at(int type, const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = unix_socket(type);

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "bind to %s", path);
	if (type != SOCK_DGRAM && listen(fd, 1))
		err(1, "listen at %s", path);
	return fd;
}

int unix_socket_to(int type, const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = unix_socket(type);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "connect to %s", path);
	return fd;
}

int unix_socket_accepted(int listener)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		err(1, "accept");
	return fd;
}

void unix_stream_make(struct unix_stream *stream, const char *path)
{
	if (path)
		stream->listener = unix_socket_at(SOCK_STREAM, path);
	else if (socketpair(AF_UNIX, SOCK_STREAM, 0, stream->ends))
		err(1, "socketpair");
}

int unix_stream_of_producer(struct unix_stream *stream, const char *path)
{
	if (path)
		return unix_socket_to(SOCK_STREAM, path);
	close(stream->ends[0]);
	return stream->ends[1];
}

int unix_stream_of_consumer(struct unix_stream *stream, const char *path)
{
	if (path)
		return unix_socket_accepted(stream->listener);
	close(stream->ends[1]);
	return stream->ends[0];
}
