/* pipe.c - a pipe: two descriptors that only related processes can have. */
#include "ipc.h"

static int ends[2];

static void make(const char *name)
{
	must_pipe(ends);
}

static void produce(const char *name)
{
	close(ends[0]);
	write_pieces(ends[1]);
}

/* Who keeps the other end open never finds the end of what is written. */
static void consume(const char *name)
{
	close(ends[1]);
	read_pieces(ends[0]);
}

const struct mechanism by_pipe = {
    .name = "pipe",
    .found = INHERITED,
    .make = make,
    .produce = produce,
    .consume = consume,
};
