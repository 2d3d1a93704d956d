/*
 * allocation.c - wrappers of the allocator: counts, sizes and live bytes, in a few nanoseconds.
 *
 * By default an allocation touches three counters of its thread. Its stack, and
 * what becomes of each block, is kept only on request (memory/blocks.h).
 */
#include "wrap/allocation.h"
#include "wrap/arena.h"

#include <stdlib.h>

void allocation_publish(struct allocation *allocation)
{
	struct region *region = live.region;
	int64_t change = allocation->live_bytes - allocation->published_bytes;
	int64_t total = __atomic_add_fetch(&region->live_bytes, change, __ATOMIC_RELAXED);
	int64_t peak = __atomic_load_n(&region->peak_live_bytes, __ATOMIC_RELAXED);
	while (total > peak &&
	       !__atomic_compare_exchange_n(&region->peak_live_bytes, &peak, total, true,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	allocation->published_bytes = allocation->live_bytes;
	/* A lone thread's peak is exact: nothing up to the peak so far needs to be published. */
	bool alone = region->threads.count == 1;
	allocation->publish_high =
	    alone ? region->peak_live_bytes : allocation->live_bytes + ALLOCATION_SLACK_BYTES;
	allocation->publish_low = allocation->live_bytes - ALLOCATION_SLACK_BYTES;
}

void allocation_failed(enum call call)
{
	struct cell *cell = cell_folded(call, STACK_NONE);
	if (cell)
		counter_add(&cell->column[COLUMN_errors], 1);
}

/* A new block at p, or NULL. */
static void allocated(enum call call, void *p, size_t n, uintptr_t caller, uintptr_t frame)
{
	counted(call, p, n, usable_bytes(p));
	if (p)
		entered(call, p, n, caller, frame);
}

#define RECORD(call, p, n)                                                                         \
	do {                                                                                       \
		if (enter(FRAME))                                                                  \
			allocated(call, p, n, CALLER, FRAME);                                      \
	} while (0)

void *wrap_malloc(size_t n);
void *wrap_calloc(size_t count, size_t size);
void wrap_free(void *p);
void *wrap_memalign(size_t alignment, size_t n);
void *wrap_aligned_alloc(size_t alignment, size_t n);
int wrap_posix_memalign(void **p, size_t alignment, size_t n);
void *wrap_valloc(size_t n);
void *wrap_pvalloc(size_t n);

/*
 * malloc, realloc and free have a short way, for blocks of a few bytes cost less than
 * all the questions of the long one. The long one opens it.
 */
static void open_short_way(void)
{
	if (!glibc_chunks)
		return;
	struct size_row *malloc_sizes = span_sizes(CALL_malloc);
	struct size_row *free_sizes = span_sizes(CALL_free);
	self.allocation = &self.thread->allocation;
	self.realloc_sizes = span_sizes(CALL_realloc);
	if (blocks_kept) {
		self.kept_malloc_sizes = malloc_sizes;
		self.kept_free_sizes = free_sizes;
	} else {
		self.malloc_sizes = malloc_sizes;
		self.free_sizes = free_sizes;
	}
}

/* Each returns whether the live bytes are to be published. */
static inline bool malloc_counted(struct size_row *row, const void *p, size_t n)
{
	counter_add(&row->bucket[64 - (unsigned)__builtin_clzll(n)], 1);
	counter_add(&row->bytes, n);
	given(p, n);
	return live_added(self.allocation, (int64_t)(CHUNK_HEAD(p) & ~CHUNK_FLAGS) - 8);
}

static inline bool free_counted(struct size_row *row, const void *p)
{
	counter_add(&row->bucket[1], 1);
	return live_taken(self.allocation, (int64_t)(CHUNK_HEAD(p) & ~CHUNK_FLAGS) - 8);
}

/* Called at the end, so that the short way needs no room on the stack. */
static __attribute__((noinline)) void *malloc_published(void *p)
{
	allocation_publish(self.allocation);
	return p;
}

static __attribute__((noinline)) void free_published(void *p)
{
	allocation_publish(self.allocation);
	real_free(p);
}

static inline bool free_is_short(const struct size_row *row, const void *p)
{
	return row && recording_state.recording && p && !(CHUNK_HEAD(p) & CHUNK_SPECIAL);
}

static __attribute__((noinline)) void *malloc_recorded(void *p, size_t n, uintptr_t caller,
						       uintptr_t frame)
{
	if (enter(frame)) {
		allocator_ask(p);
		open_short_way();
		allocated(CALL_malloc, p, n, caller, frame);
	}
	return p;
}

static __attribute__((noinline)) void *malloc_long_way(size_t n, uintptr_t caller, uintptr_t frame)
{
	struct size_row *row = self.kept_malloc_sizes;
	if (!self.busy && malloc_is_short(row, n)) {
		void *p = real_malloc(n);
		if (!is_short(p))
			return malloc_recorded(p, n, caller, frame);
		if (malloc_counted(row, p, n))
			allocation_publish(self.allocation);
		blocks_enter(CALL_malloc, p, n, caller, frame);
		return p;
	}
	void *own = NULL;
	if (self.busy)
		span_void_busy(frame);
	/* The loader allocates for libunwind's thread-local variables: not the program's. */
	if (self.busy)
		own = arena_take_slot(n);
	else if (is_large(n))
		large_block_wanted();
	return own ? own : malloc_recorded(real_malloc(n), n, caller, frame);
}

void *wrap_malloc(size_t n)
{
	if (__builtin_expect(!malloc_is_short(self.malloc_sizes, n), 0))
		return malloc_long_way(n, CALLER, FRAME);
	void *p = real_malloc(n);
	/* It may have been closed meanwhile. */
	struct size_row *row = self.malloc_sizes;
	if (__builtin_expect(!row || !is_short(p), 0))
		return malloc_recorded(p, n, CALLER, FRAME);
	return malloc_counted(row, p, n) ? malloc_published(p) : p;
}

void *wrap_calloc(size_t count, size_t size)
{
	if (is_large(count * size))
		large_block_wanted();
	void *p = real_calloc(count, size);
	RECORD(CALL_calloc, p, count * size);
	return p;
}

/* A block, or NULL, is about to be freed. */
static void freed(void *p, int64_t usable)
{
	struct allocation *allocation = &self.thread->allocation;
	struct size_row *row = span_sizes(CALL_free);
	if (row) {
		counter_add(&row->bucket[p ? 1 : 0], 1);
		live_changed(allocation, -usable);
	}
	if (!p)
		return;
	bool temporary = taken_back(allocation, p);
	if (blocks_kept)
		blocks_freed(blocks_take(p), temporary);
	if (may_be_large(usable)) {
		struct large_ending ending = large_block_look(p);
		large_block_ended(&ending);
	}
}

static __attribute__((noinline)) void free_recorded(void *p, uintptr_t frame)
{
	struct size_row *row = self.kept_free_sizes;
	if (!self.busy && free_is_short(row, p)) {
		uint64_t entry = blocks_take(p);
		if (free_counted(row, p))
			allocation_publish(self.allocation);
		blocks_freed(entry, taken_back(self.allocation, p));
		real_free(p);
		return;
	}
	if (arena_has(p)) {
		arena_give(p);
		return;
	}
	if (enter(frame)) {
		open_short_way();
		freed(p, p ? usable_bytes(p) : 0);
	}
	real_free(p);
}

void wrap_free(void *p)
{
	struct size_row *row = self.free_sizes;
	if (__builtin_expect(!free_is_short(row, p), 0)) {
		free_recorded(p, FRAME);
		return;
	}
	taken_back(self.allocation, p);
	if (free_counted(row, p))
		free_published(p);
	else
		real_free(p);
}

void *wrap_memalign(size_t alignment, size_t n)
{
	if (is_large(n))
		large_block_wanted();
	void *p = real_memalign(alignment, n);
	RECORD(CALL_memalign, p, n);
	return p;
}

void *wrap_aligned_alloc(size_t alignment, size_t n)
{
	if (is_large(n))
		large_block_wanted();
	void *p = real_aligned_alloc(alignment, n);
	RECORD(CALL_aligned_alloc, p, n);
	return p;
}

int wrap_posix_memalign(void **p, size_t alignment, size_t n)
{
	if (is_large(n))
		large_block_wanted();
	int error = real_posix_memalign(p, alignment, n);
	RECORD(CALL_posix_memalign, error ? NULL : *p, n);
	return error;
}

void *wrap_valloc(size_t n)
{
	if (is_large(n))
		large_block_wanted();
	void *p = real_valloc(n);
	RECORD(CALL_valloc, p, n);
	return p;
}

void *wrap_pvalloc(size_t n)
{
	if (is_large(n))
		large_block_wanted();
	void *p = real_pvalloc(n);
	RECORD(CALL_pvalloc, p, n);
	return p;
}

/* The names themselves, without the jump of exports.S. */
__asm__(".globl malloc, free\n"
	".type malloc, @function\n"
	".type free, @function\n"
	".set malloc, wrap_malloc\n"
	".set free, wrap_free\n");
