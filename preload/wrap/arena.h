/*
 * arena.h - memory for allocations that aren't the program's, or come before there is an allocator.
 */
#ifndef WRAP_ARENA_H
#define WRAP_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARENA_EARLY_BYTES 16384
#define ARENA_SLOTS	  4096
#define ARENA_SLOT_BYTES  64 /* of which the first 16 are a head */

/*
 * Early: what is allocated while the real functions are looked up; the look-up
 * itself may allocate, for an error message or, in an old libc, for a thread's
 * state. It is never given back. Slots: what the loader allocates for a thread
 * inside our own bookkeeping, given back when the thread ends.
 *
 * The word before each block is marked as that of a block of glibc's that was
 * mapped on its own, so that free() looks twice at it.
 */
struct arena {
	_Alignas(64) char early[ARENA_EARLY_BYTES];
	struct {
		size_t unused, head;
		char bytes[ARENA_SLOT_BYTES - 16];
	} slot[ARENA_SLOTS];
};
extern struct arena arena;

/* Each returns NULL where there is no room. */
void *arena_take_early(size_t n, size_t alignment);
void *arena_take_slot(size_t n);

static inline bool arena_has(const void *p)
{
	return (uintptr_t)p - (uintptr_t)&arena < sizeof(arena);
}

/* How many bytes there are at p, which is in the arena. */
size_t arena_bytes(const void *p);

void arena_give(void *p);

#endif
