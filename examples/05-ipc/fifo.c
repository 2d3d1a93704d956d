/* fifo.c - a FIFO: a pipe that is found by its path. Each open waits for the other end's. */
#include "ipc.h"

static void make(const char *path)
{
	if (mkfifo(path, 0600))
		err(1, "mkfifo %s", path);
}

static void produce(const char *path)
{
	write_pieces(must_open(path, O_WRONLY));
}

static void consume(const char *path)
{
	read_pieces(must_open(path, O_RDONLY));
}

const struct mechanism by_fifo = {
    .name = "fifo",
    .found = NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
