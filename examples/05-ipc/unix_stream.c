/* unix_stream.c - a UNIX stream socket: a pair that is inherited, or a path. */
#include "ipc.h"
#include "unix_socket.h"

static struct unix_stream stream;

static void make(const char *path)
{
	unix_stream_make(&stream, path);
}

static void produce(const char *path)
{
	write_pieces(unix_stream_of_producer(&stream, path));
}

static void consume(const char *path)
{
	read_pieces(unix_stream_of_consumer(&stream, path));
}

const struct mechanism by_unix_stream = {
    .name = "unix_stream",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
