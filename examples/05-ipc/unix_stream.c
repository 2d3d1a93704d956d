/* unix_stream.c - a UNIX stream socket: a pair that is inherited, or a path. */
#include "ipc.h"
#include "unix_socket.h"

#include <sys/socket.h>

static int ends[2], listener;

static void make(const char *path)
{
	if (path)
		listener = unix_socket_at(SOCK_STREAM, path);
	else if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		err(1, "socketpair");
}

static void produce(const char *path)
{
	if (path)
		ends[1] = unix_socket_to(SOCK_STREAM, path);
	else
		close(ends[0]);
	write_pieces(ends[1]);
}

static void consume(const char *path)
{
	if (path)
		ends[0] = accept(listener, NULL, NULL);
	else
		close(ends[1]);
	if (ends[0] < 0)
		err(1, "accept");
	read_pieces(ends[0]);
}

const struct mechanism by_unix_stream = {
    .name = "unix_stream",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
