/*
 * reallocation.c - realloc and reallocarray: what becomes of a block, and whether it was copied.
 */
#include "wrap/allocation.h"
#include "wrap/arena.h"

#include <errno.h>
#include <string.h>

void *wrap_realloc(void *p, size_t n);
void *wrap_reallocarray(void *p, size_t count, size_t size);

static void *move_out_of_arena(void *p, size_t n)
{
	void *copy = real_malloc(n);
	size_t had = arena_bytes(p);
	if (copy)
		memcpy(copy, p, had < n ? had : n);
	arena_give(p);
	return copy;
}

/* A block before it is given another size. */
struct resizing {
	void *p;
	int64_t usable;
	bool mapped; /* on its own, by glibc */
	uint64_t entry;
	struct large_ending large;
};

static struct resizing resizing_begin(void *p)
{
	struct resizing resizing = {.p = p, .usable = usable_bytes(p)};
	resizing.mapped = p && allocator_has_mapped(p);
	/* Now: when it has moved its place may be another's. */
	if (p && blocks_kept)
		resizing.entry = blocks_take(p);
	if (p && may_be_large(resizing.usable))
		resizing.large = large_block_look(p);
	return resizing;
}

/*
 * What became of its bytes. A block that was a mapping of its own and still is
 * one was moved by mremap(), which copies nothing (glibc, malloc/malloc.c).
 */
static void resized(const struct resizing *before, void *moved, size_t n)
{
	struct allocation *allocation = &self.thread->allocation;
	uint64_t bytes = (uint64_t)before->usable < n ? (uint64_t)before->usable : n;
	if (moved == before->p) {
		counter_add(&allocation->resized_in_place, 1);
	} else if (before->mapped && allocator_has_mapped(moved)) {
		counter_add(&allocation->remapped, 1);
		counter_add(&allocation->remapped_bytes, bytes);
	} else {
		counter_add(&allocation->copied, 1);
		counter_add(&allocation->copied_bytes, bytes);
	}
}

/* realloc(p, 0) frees, and its NULL is no failure. */
static void resizing_end(enum call call, const struct resizing *before, void *moved, size_t n,
			 uintptr_t caller, uintptr_t frame)
{
	bool freed = before->p && !n && !moved;
	bool gone = before->p && (moved || freed);
	counted(call, moved || freed, n,
		gone ? usable_bytes(moved) - before->usable : usable_bytes(moved));
	if (gone) {
		blocks_freed(before->entry, taken_back(&self.thread->allocation, before->p));
		large_block_ended(&before->large);
	} else {
		blocks_put_back(before->p, before->entry);
	}
	if (!moved)
		return;
	if (gone)
		resized(before, moved, n);
	entered(call, moved, n, caller, frame);
}

static void *reallocated(enum call call, void *p, size_t n, uintptr_t caller, uintptr_t frame)
{
	if (arena_has(p))
		return move_out_of_arena(p, n);
	if (!enter(frame))
		return real_realloc(p, n);
	struct resizing resizing = resizing_begin(p);
	if (is_large(n))
		large_block_wanted();
	void *moved = real_realloc(p, n);
	if (recording_on()) /* another thread may have ended the record */
		resizing_end(call, &resizing, moved, n, caller, frame);
	return moved;
}

/* Blocks without mappings of their own. Returns whether a temporary one ended. */
static inline bool realloc_counted(struct size_row *row, void *p, int64_t before, void *moved,
				   size_t n)
{
	struct allocation *allocation = self.allocation;
	bool temporary = p && taken_back(allocation, p);
	counter_add(&row->bucket[size_bucket(n)], 1);
	counter_add(&row->bytes, n);
	if (p == moved) {
		counter_add(&allocation->resized_in_place, 1);
	} else if (p) {
		counter_add(&allocation->copied, 1);
		counter_add(&allocation->copied_bytes, (uint64_t)before < n ? (uint64_t)before : n);
	}
	given(moved, n);
	live_changed(allocation, chunk_bytes(moved) - before);
	return temporary;
}

void *wrap_realloc(void *p, size_t n)
{
	if (__builtin_expect(!malloc_is_short(self.realloc_sizes, n) || self.busy ||
				 (p && CHUNK_HEAD(p) & CHUNK_SPECIAL),
			     0))
		return reallocated(CALL_realloc, p, n, CALLER, FRAME);
	struct resizing before = {.p = p, .usable = p ? chunk_bytes(p) : 0};
	if (blocks_kept)
		before.entry = blocks_take(p);
	void *moved = real_realloc(p, n);
	/* The short way may have been closed meanwhile. */
	struct size_row *row = self.realloc_sizes;
	if (__builtin_expect(!row || !is_short(moved), 0)) {
		if (enter(FRAME))
			resizing_end(CALL_realloc, &before, moved, n, CALLER, FRAME);
		return moved;
	}
	bool temporary = realloc_counted(row, p, before.usable, moved, n);
	if (blocks_kept) {
		blocks_freed(before.entry, temporary);
		blocks_enter(CALL_realloc, moved, n, CALLER, FRAME);
	}
	return moved;
}

void *wrap_reallocarray(void *p, size_t count, size_t size)
{
	size_t bytes;
	if (!__builtin_mul_overflow(count, size, &bytes))
		return reallocated(CALL_reallocarray, p, bytes, CALLER, FRAME);
	if (enter(FRAME))
		counted(CALL_reallocarray, false, 0, 0);
	errno = ENOMEM;
	return NULL;
}
