/* anonymous_memory.c - anonymous memory that a fork leaves shared, and futexes to wait on. */
#include "ipc.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { SLOTS = 8 };

/* How many pieces were filled, and how many of those used. */
static struct shared {
	_Alignas(PIECE) char slots[SLOTS][PIECE];
	atomic_uint filled, used;
} * shared;

static void make(const char *name)
{
	shared =
	    mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
}

/* Sleeps while the count is what it was found to be; the kernel looks again first. */
static void wait_for_change(atomic_uint *count, unsigned found)
{
	if (syscall(SYS_futex, count, FUTEX_WAIT, found, NULL) && errno != EAGAIN)
		err(1, "futex");
}

static void count_one(atomic_uint *count)
{
	atomic_fetch_add(count, 1);
	syscall(SYS_futex, count, FUTEX_WAKE, 1);
}

static void produce(const char *name)
{
	for (unsigned i = 0, used; i < PIECES; i++) {
		while ((used = shared->used) + SLOTS == i)
			wait_for_change(&shared->used, used);
		fill_piece(shared->slots[i % SLOTS], i);
		count_one(&shared->filled);
	}
}

static void consume(const char *name)
{
	for (unsigned i = 0; i < PIECES; i++) {
		while (shared->filled == i)
			wait_for_change(&shared->filled, i);
		check_piece(shared->slots[i % SLOTS], i);
		count_one(&shared->used);
	}
}

const struct mechanism by_anonymous_memory = {
    .name = "anonymous_memory",
    .found = INHERITED,
    .make = make,
    .produce = produce,
    .consume = consume,
};
