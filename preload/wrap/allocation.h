/*
 * allocation.h - what the wrappers of the allocator do to the account.
 */
#ifndef WRAP_ALLOCATION_H
#define WRAP_ALLOCATION_H

#include "memory/blocks.h"
#include "memory/large_blocks.h"
#include "span/cell.h"
#include "wrap/allocator.h"
#include "wrap/wrapper.h"

/* Adds what the thread's live bytes changed by since the last time to the process's, and its peak.
 */
void allocation_publish(struct allocation *allocation);

/* A call gave no block. */
void allocation_failed(enum call call);

/* Whether a call is to be recorded. */
static inline bool enter(uintptr_t frame)
{
	return span_enter(frame) && !self.busy;
}

/* Each returns whether the live bytes are to be published. */
static inline bool live_added(struct allocation *allocation, int64_t bytes)
{
	counter_add_signed(&allocation->live_bytes, bytes);
	return __builtin_expect(allocation->live_bytes > allocation->publish_high, 0);
}

static inline bool live_taken(struct allocation *allocation, int64_t bytes)
{
	counter_add_signed(&allocation->live_bytes, -bytes);
	return __builtin_expect(allocation->live_bytes < allocation->publish_low, 0);
}

static inline void live_changed(struct allocation *allocation, int64_t bytes)
{
	if (bytes >= 0 ? live_added(allocation, bytes) : live_taken(allocation, -bytes))
		allocation_publish(allocation);
}

/* An allocation of n bytes was made, or refused; `bytes` is what it added to the live ones. */
static inline void counted(enum call call, bool made, size_t n, int64_t bytes)
{
	struct size_row *row = span_sizes(call);
	if (!row) {
		cell_overflow(call,
			      (uint64_t[COLUMNS]){[COLUMN_calls] = 1, [COLUMN_returned_bytes] = n});
		live_changed(&self.thread->allocation, bytes);
		return;
	}
	counter_add(&row->bucket[size_bucket(n)], 1);
	if (__builtin_expect(!made, 0)) {
		allocation_failed(call);
		return;
	}
	counter_add(&row->bytes, n);
	live_changed(&self.thread->allocation, bytes);
}

/* The thread's last call of the allocator gave this block, of n bytes as asked for. */
static inline void given(const void *p, size_t n)
{
	self.last_block = p;
	self.last_bytes = n;
}

/*
 * Whether the block that is being freed or moved was given by the thread's last
 * call of the allocator: a temporary allocation, as heaptrack defines it.
 */
static inline bool taken_back(struct allocation *allocation, const void *p)
{
	bool temporary = p == self.last_block;
	self.last_block = NULL;
	if (temporary) {
		counter_add(&allocation->temporary, 1);
		counter_add(&allocation->temporary_bytes, self.last_bytes);
	}
	return temporary;
}

static inline bool is_large(size_t n)
{
	return __builtin_expect(n >= LARGE_BLOCK_BYTES, 0);
}

static inline void entered(enum call call, const void *p, size_t n, uintptr_t caller,
			   uintptr_t frame)
{
	given(p, n);
	if (blocks_kept)
		blocks_enter(call, p, n, caller, frame);
	if (is_large(n))
		large_block_enter(call, p, n, caller, frame);
}

/* Of another allocator's the size may be unknown. */
static inline bool may_be_large(int64_t usable)
{
	return __builtin_expect(usable >= (int64_t)LARGE_BLOCK_BYTES || !usable, 0);
}

/* What a block that takes the short way has not in its head. */
#define CHUNK_SPECIAL (-LARGE_BLOCK_BYTES | CHUNK_MAPPED)

static inline bool malloc_is_short(const struct size_row *row, size_t n)
{
	return row && n - 1 < LARGE_BLOCK_BYTES - 1 && recording_state.recording;
}

static inline bool is_short(const void *p)
{
	return p && !(CHUNK_HEAD(p) & CHUNK_MAPPED);
}

#endif
