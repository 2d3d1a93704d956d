/* vmsplice.c - a pipe that is given pages, and not bytes: the reader's copy is the only one. */
#include "ipc.h"

#include <sys/uio.h>

static int ends[2];

static void make(const char *name)
{
	if (pipe(ends))
		err(1, "pipe");
}

/* No piece may be filled again before it has been read: each has a page of its own. */
static void produce(const char *name)
{
	static _Alignas(PIECE) char pieces[PIECES][PIECE];

	close(ends[0]);
	for (unsigned i = 0; i < PIECES; i++) {
		struct iovec piece = {pieces[i], PIECE};

		fill_piece(pieces[i], i);
		if (vmsplice(ends[1], &piece, 1, 0) != PIECE)
			err(1, "vmsplice");
	}
}

static void consume(const char *name)
{
	close(ends[1]);
	read_pieces(ends[0]);
}

const struct mechanism by_vmsplice = {
    .name = "vmsplice",
    .serves = RELATED,
    .make = make,
    .produce = produce,
    .consume = consume,
};
