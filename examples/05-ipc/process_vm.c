/* process_vm.c - the consumer takes the pieces out of the producer's memory, and has to know where
 * they are: the producer says so over a UNIX socket. */
#include "ipc.h"
#include "unix_socket.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

static int ends[2], listener;

static void make(const char *path)
{
	if (path)
		listener = unix_socket_at(SOCK_STREAM, path);
	else if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		err(1, "socketpair");
}

/* Who is at the other end of a connection. */
static pid_t peer_of(int socket)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		err(1, "SO_PEERCRED");
	return peer.pid;
}

/* Where a process may only be looked into by those it descends from, it has to allow it (prctl(2));
 * elsewhere that fails, and isn't needed. */
static void connect_to(const char *path)
{
	ends[1] = unix_socket_to(SOCK_STREAM, path);
	prctl(PR_SET_PTRACER, peer_of(ends[1]), 0, 0, 0);
}

/* It must live until all has been read: until the other end is closed. */
static void produce(const char *path)
{
	static char pieces[PIECES][PIECE];
	const char *address = pieces[0];

	if (path)
		connect_to(path);
	else
		close(ends[0]);
	for (unsigned i = 0; i < PIECES; i++)
		fill_piece(pieces[i], i);
	write_all(ends[1], &address, sizeof(address));
	if (read(ends[1], pieces, 1))
		errx(1, "the consumer ended early");
}

static void consume(const char *path)
{
	static char piece[PIECE];
	char *address;

	if (path)
		ends[0] = accept(listener, NULL, NULL);
	else
		close(ends[1]);
	if (ends[0] < 0)
		err(1, "accept");
	if (read(ends[0], &address, sizeof(address)) != sizeof(address))
		errx(1, "the producer ended early");

	pid_t from = path ? peer_of(ends[0]) : producer;

	for (unsigned i = 0; i < PIECES; i++) {
		struct iovec here = {piece, PIECE}, there = {address + i * PIECE, PIECE};

		if (process_vm_readv(from, &here, 1, &there, 1, 0) != PIECE)
			err(1, "process_vm_readv");
		check_piece(piece, i);
	}
	close(ends[0]);
}

const struct mechanism by_process_vm = {
    .name = "process_vm",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
