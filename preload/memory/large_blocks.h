/*
 * large_blocks.h - blocks of a MiB and more: how much of them was touched, and how much has pages.
 *
 * What was asked for, what page faults brought and what is backed by memory are
 * three different numbers, of which a small block has but the first. A block that
 * realloc() gives another size or place ends, and another begins.
 */
#ifndef MEMORY_LARGE_BLOCKS_H
#define MEMORY_LARGE_BLOCKS_H

#include "shared/region.h"

#include <stddef.h>
#include <stdint.h>

/* false where there is no memory. */
bool large_blocks_init(void);

/* In a forked child: the blocks that it inherits are its parent's. */
void large_blocks_forget(void);

/*
 * The allocator is asked for a block that may be a large one: what was touched
 * up to now at addresses that it will have is not of the block.
 */
void large_block_wanted(void);

/* It gave one to a call, whose return address and frame these are. */
void large_block_enter(enum call call, const void *p, size_t n, uintptr_t caller, uintptr_t frame);

/* A block that is about to be freed or moved, and what is behind it. */
struct large_ending {
	unsigned place; /* of the block and 1 more; 0 where it is none of them */
	bool looked;
	uint64_t backed_bytes;
};
struct large_ending large_block_look(const void *p);

/* It is no more, or won't be when the real function is called. */
void large_block_ended(const struct large_ending *ending);

/* The record ends: looks behind those that are live. */
void large_blocks_finish(void);

#endif
