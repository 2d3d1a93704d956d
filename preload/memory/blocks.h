/*
 * blocks.h - every block of the heap that is live, by its address: who allocated it, and how large.
 *
 * Kept only where the stacks of all allocations are wanted. The table is a
 * shadow of the address space: for each place where a block may begin there is
 * one entry, found by two loads, in memory that is mapped for 64 MiB at a time
 * and touched where there are blocks. Nobody waits: an entry belongs to who has
 * the block, which the allocator gives to one thread at a time. An allocator
 * that the program brings changes nothing, where we see its calls.
 */
#ifndef MEMORY_BLOCKS_H
#define MEMORY_BLOCKS_H

#include "span/stack.h"

/*
 * From now on it is kept; the addresses of two blocks are no nearer than this to
 * each other. False where there is no memory.
 */
bool blocks_keep(size_t distance);
extern bool blocks_kept;

/* The allocator gave a block to a call, whose return address and frame these are. */
void blocks_enter(enum call call, const void *p, size_t n, uintptr_t caller, uintptr_t frame);

/*
 * The block is about to be freed or moved: takes it out. Returns what is put
 * back where it isn't after all; 0 where the block was unknown.
 */
uint64_t blocks_take(const void *p);
void blocks_put_back(const void *p, uint64_t entry);

/* What was taken out has been freed; `temporary` as in struct allocation. */
void blocks_freed(uint64_t entry, bool temporary);

#endif
