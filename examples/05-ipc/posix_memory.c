/* posix_memory.c - POSIX shared memory, found by its name, with POSIX semaphores in it. */
#include "ring.h"

#include <sys/mman.h>

static struct ring *ring;

static int opened(const char *name, int flags)
{
	int fd = shm_open(name, O_RDWR | flags, 0600);

	if (fd < 0)
		err(1, "shm_open %s", name);
	return fd;
}

static void make(const char *name)
{
	ring = new_ring(opened(name, O_CREAT | O_EXCL));
}

static void produce(const char *name)
{
	produce_in(mapped_ring(opened(name, 0)));
}

static void consume(const char *name)
{
	consume_in(ring);
}

static void remove_name(const char *name)
{
	shm_unlink(name);
}

const struct mechanism by_posix_memory = {
    .name = "posix_memory",
    .found = NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_name,
};
