/* vmsplice.c - a pipe that is given pages, and not bytes: the reader's copy is the only one. */
#include "ipc.h"

#include <sys/uio.h>

static int ends[2];

static void make(const char *path)
{
	if (!path)
		must_pipe(ends);
	else if (mkfifo(path, 0600))
		err(1, "mkfifo %s", path);
}

/* No piece may be filled again before it has been read: each has a page of its own. */
static void produce(const char *path)
{
	static _Alignas(PIECE) char pieces[PIECES][PIECE];

	if (path)
		ends[1] = must_open(path, O_WRONLY);
	else
		close(ends[0]);
	for (unsigned i = 0; i < PIECES; i++) {
		struct iovec piece = {pieces[i], PIECE};

		fill_piece(pieces[i], i);
		if (vmsplice(ends[1], &piece, 1, 0) != PIECE)
			err(1, "vmsplice");
	}
}

static void consume(const char *path)
{
	if (path)
		ends[0] = must_open(path, O_RDONLY);
	else
		close(ends[1]);
	read_pieces(ends[0]);
}

const struct mechanism by_vmsplice = {
    .name = "vmsplice",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
