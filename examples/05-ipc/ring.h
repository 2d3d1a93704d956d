/* ring.h - pieces in shared memory, and POSIX semaphores that say whose turn it is. */
#ifndef RING_H
#define RING_H

#include "ipc.h"

#include <semaphore.h>
#include <stdbool.h>

enum { SLOTS = 8 };

struct ring {
	_Alignas(PIECE) char slots[SLOTS][PIECE];
	sem_t empty, filled;
};

/* Gives the file its size and maps it; then it can be shared. */
struct ring *new_ring(int fd);
struct ring *mapped_ring(int fd);

/* The pieces are made and used where they are: nobody copies one. */
void produce_in(struct ring *ring);
void consume_in(struct ring *ring);

#endif
