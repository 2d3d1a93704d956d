/* unix_datagram.c - a UNIX datagram socket: each piece is a message, kept whole. */
#include "ipc.h"
#include "unix_socket.h"

#include <sys/socket.h>

static int ends[2];

static void make(const char *path)
{
	if (path)
		ends[0] = unix_socket_at(SOCK_DGRAM, path);
	else if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends))
		err(1, "socketpair");
}

static void produce(const char *path)
{
	static char piece[PIECE];

	if (path)
		ends[1] = unix_socket_to(SOCK_DGRAM, path);
	for (unsigned i = 0; i < PIECES; i++) {
		fill_piece(piece, i);
		if (send(ends[1], piece, PIECE, 0) != PIECE)
			err(1, "send");
	}
}

static void consume(const char *path)
{
	static char piece[PIECE];

	for (unsigned i = 0; i < PIECES; i++) {
		if (recv(ends[0], piece, PIECE, 0) != PIECE)
			err(1, "recv");
		check_piece(piece, i);
	}
}

const struct mechanism by_unix_datagram = {
    .name = "unix_datagram",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
