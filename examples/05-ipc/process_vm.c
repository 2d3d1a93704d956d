/* process_vm.c - the parent takes the pieces out of its child's memory, where a fork left them. */
#include "ipc.h"

#include <sys/socket.h>
#include <sys/uio.h>

/* At the same address in both, and each has its own. */
static char pieces[PIECES][PIECE];
static int ends[2];

static void make(const char *name)
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		err(1, "socketpair");
}

static void wait_for_end_of(int fd)
{
	char byte;

	if (read(fd, &byte, 1))
		errx(1, "the other has ended early");
}

/* It must live until all has been read. */
static void produce(const char *name)
{
	close(ends[0]);
	for (unsigned i = 0; i < PIECES; i++)
		fill_piece(pieces[i], i);
	shutdown(ends[1], SHUT_WR);
	wait_for_end_of(ends[1]);
}

static void consume(const char *name)
{
	static char piece[PIECE];

	close(ends[1]);
	wait_for_end_of(ends[0]);
	for (unsigned i = 0; i < PIECES; i++) {
		struct iovec here = {piece, PIECE}, there = {pieces[i], PIECE};

		if (process_vm_readv(producer, &here, 1, &there, 1, 0) != PIECE)
			err(1, "process_vm_readv");
		check_piece(piece, i);
	}
	close(ends[0]);
}

const struct mechanism by_process_vm = {
    .name = "process_vm",
    .serves = RELATED,
    .make = make,
    .produce = produce,
    .consume = consume,
};
