/* ring.c - a ring of pieces in a file's pages. */
#include "ring.h"

struct ring *mapped_ring(int fd)
{
	return must_map(fd, sizeof(struct ring), PROT_READ | PROT_WRITE);
}

struct ring *new_ring(int fd)
{
	if (ftruncate(fd, sizeof(struct ring)))
		err(1, "ftruncate");
	struct ring *ring = mapped_ring(fd);

	if (sem_init(&ring->empty, true, SLOTS) || sem_init(&ring->filled, true, 0))
		err(1, "sem_init");
	return ring;
}

static void wait_for(sem_t *semaphore)
{
	if (sem_wait(semaphore))
		err(1, "sem_wait");
}

void produce_in(struct ring *ring)
{
	for (unsigned i = 0; i < PIECES; i++) {
		wait_for(&ring->empty);
		fill_piece(ring->slots[i % SLOTS], i);
		sem_post(&ring->filled);
	}
}

void consume_in(struct ring *ring)
{
	for (unsigned i = 0; i < PIECES; i++) {
		wait_for(&ring->filled);
		check_piece(ring->slots[i % SLOTS], i);
		sem_post(&ring->empty);
	}
}
