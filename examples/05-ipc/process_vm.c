/* process_vm.c - the consumer takes the pieces out of the producer's memory, and has to know where
 * they are: the producer says so over a UNIX socket. */
#include "ipc.h"
#include "unix_socket.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

static struct unix_stream stream;

static void make(const char *path)
{
	unix_stream_make(&stream, path);
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
static void let_in(pid_t consumer)
{
	prctl(PR_SET_PTRACER, consumer, 0, 0, 0);
}

/* It must live until all has been read: until the other end is closed. */
static void produce(const char *path)
{
	static char pieces[PIECES][PIECE];
	const char *address = pieces[0];
	int to = unix_stream_of_producer(&stream, path);

	if (path)
		let_in(peer_of(to));
	for (unsigned i = 0; i < PIECES; i++)
		fill_piece(pieces[i], i);
	write_all(to, &address, sizeof(address));
	if (read(to, pieces, 1))
		errx(1, "the consumer ended early");
}

static void consume(const char *path)
{
	static char piece[PIECE];
	char *address;
	int socket = unix_stream_of_consumer(&stream, path);

	if (read(socket, &address, sizeof(address)) != sizeof(address))
		errx(1, "the producer ended early");

	pid_t from = path ? peer_of(socket) : producer;

	for (unsigned i = 0; i < PIECES; i++) {
		struct iovec here = {piece, PIECE}, there = {address + i * PIECE, PIECE};

		if (process_vm_readv(from, &here, 1, &there, 1, 0) != PIECE)
			err(1, "process_vm_readv");
		check_piece(piece, i);
	}
	close(socket);
}

const struct mechanism by_process_vm = {
    .name = "process_vm",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
