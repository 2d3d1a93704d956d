/*
 * arena.c - memory for allocations that aren't the program's, or come before there is an allocator.
 */
#include "wrap/arena.h"

#include "wrap/chunk.h"

struct arena arena;

static size_t early_used;
static uint64_t slot_taken[ARENA_SLOTS / 64];

void *arena_take_early(size_t n, size_t alignment)
{
	if (n > ARENA_EARLY_BYTES || alignment > 4096)
		return NULL;
	size_t most = n + alignment + sizeof(size_t);
	size_t at = __atomic_fetch_add(&early_used, most, __ATOMIC_RELAXED);
	if (at + most > ARENA_EARLY_BYTES)
		return NULL;
	uintptr_t start =
	    ((uintptr_t)arena.early + at + sizeof(size_t) + alignment - 1) & -alignment;
	((size_t *)start)[-1] = n << 3 | CHUNK_MAPPED;
	return (void *)start;
}

static void *slot_bytes(size_t i)
{
	arena.slot[i].head = CHUNK_MAPPED;
	return arena.slot[i].bytes;
}

void *arena_take_slot(size_t n)
{
	if (n > sizeof(arena.slot->bytes))
		return NULL;
	for (size_t i = 0; i < ARENA_SLOTS / 64; i++) {
		uint64_t taken = __atomic_load_n(&slot_taken[i], __ATOMIC_RELAXED);
		while (~taken) {
			int bit = __builtin_ctzll(~taken);
			if (__atomic_compare_exchange_n(&slot_taken[i], &taken, taken | 1ull << bit,
							false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
				return slot_bytes(i * 64 + (size_t)bit);
		}
	}
	return NULL;
}

static bool is_early(const void *p)
{
	return (uintptr_t)p < (uintptr_t)arena.slot;
}

size_t arena_bytes(const void *p)
{
	return is_early(p) ? CHUNK_HEAD(p) >> 3 : sizeof(arena.slot->bytes);
}

void arena_give(void *p)
{
	if (is_early(p))
		return;
	size_t slot = ((uintptr_t)p - (uintptr_t)arena.slot) / ARENA_SLOT_BYTES;
	__atomic_fetch_and(&slot_taken[slot / 64], ~(1ull << slot % 64), __ATOMIC_RELEASE);
}
