/*
 * pages.h - a set of pages by their addresses: a bit for each, in the 2 MiB that have any.
 *
 * In private memory, so a forked child has a copy. Takes no lock: who uses one must hold one.
 */
#ifndef MEMORY_PAGES_H
#define MEMORY_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_BLOCKS_LEAST (1u << 9)  /* 1 GiB; it grows with what is in it */
#define PAGE_BLOCKS_MOST  (1u << 18) /* 512 GiB; of more nothing is remembered */
#define PAGE_BLOCK_WORDS  8	     /* of 64 pages */

struct page_block {
	uint64_t number; /* address / 2 MiB, plus 1 */
	uint64_t bits[PAGE_BLOCK_WORDS];
};

struct pages {
	uint32_t *index; /* the number of a block plus 1, by a hash of its address; open */
	struct page_block *block;
	uint32_t blocks, room;
};

/* False where there is no memory. */
bool pages_init(struct pages *pages);

/* Adds the page at an address; returns whether it was in the set. */
bool pages_add(struct pages *pages, uintptr_t address);
void pages_add_range(struct pages *pages, uintptr_t start, uintptr_t end);
bool pages_have(const struct pages *pages, uintptr_t address);

/* Takes out those in [start, end). */
void pages_remove(struct pages *pages, uintptr_t start, uintptr_t end);
void pages_clear(struct pages *pages);

/* Those in [from, from + bytes) have moved to `to`. */
void pages_move(struct pages *pages, uintptr_t from, uintptr_t to, size_t bytes);

#endif
