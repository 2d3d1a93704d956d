/*
 * allocation.c - wrappers of the allocator: counts, sizes and live bytes, in a few nanoseconds.
 *
 * By default an allocation touches three counters of its thread; its stack is
 * kept only on request, by a span as for any other call.
 */
#include "span/cell.h"
#include "wrap/allocator.h"
#include "wrap/arena.h"
#include "wrap/wrapper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Adds what the thread's live bytes changed by since the last time to the process's, and its peak.
 */
static __attribute__((noinline)) void publish(struct allocation *allocation)
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

static inline void live_add(struct allocation *allocation, int64_t bytes)
{
	counter_add_signed(&allocation->live_bytes, bytes);
	if (__builtin_expect(allocation->live_bytes > allocation->publish_high, 0))
		publish(allocation);
}

static inline void live_subtract(struct allocation *allocation, int64_t bytes)
{
	counter_add_signed(&allocation->live_bytes, -bytes);
	if (__builtin_expect(allocation->live_bytes < allocation->publish_low, 0))
		publish(allocation);
}

static void failed(enum call call)
{
	struct cell *cell = cell_folded(call, STACK_NONE);
	if (cell)
		counter_add(&cell->column[COLUMN_errors], 1);
}

/* An allocation of n bytes was made at p, or refused: p is NULL; `bytes` is what it added to the
 * live ones. */
static inline void allocated(enum call call, const void *p, size_t n, int64_t bytes)
{
	struct size_row *row = span_sizes(call);
	if (!row) {
		cell_overflow(call,
			      (uint64_t[COLUMNS]){[COLUMN_calls] = 1, [COLUMN_returned_bytes] = n});
		live_add(&self.thread->allocation, bytes);
		return;
	}
	counter_add(&row->bucket[size_bucket(n)], 1);
	if (__builtin_expect(!p, 0)) {
		failed(call);
		return;
	}
	counter_add(&row->bytes, n);
	if (bytes >= 0)
		live_add(&self.thread->allocation, bytes);
	else
		live_subtract(&self.thread->allocation, -bytes);
}

/* Where stacks of allocations are wanted, an allocation is a span like any other call. */
static void spanned(enum call call, size_t n, uintptr_t caller, uintptr_t frame)
{
	struct span span;
	span_begin(&span, call, NO_OBJECT, NO_OBJECT, caller, frame);
	if (span.cell)
		span_add(&span, COLUMN_returned_bytes, n);
}

#define RECORD(call, p, n, bytes)                                                                  \
	do {                                                                                       \
		if (span_enter(FRAME) && !self.busy) {                                             \
			allocated(call, p, n, bytes);                                              \
			if (__builtin_expect(span_settings.allocation_stacks, 0))                  \
				spanned(call, n, CALLER, FRAME);                                   \
		}                                                                                  \
	} while (0)

void *wrap_malloc(size_t n);
void *wrap_calloc(size_t count, size_t size);
void *wrap_realloc(void *p, size_t n);
void *wrap_reallocarray(void *p, size_t count, size_t size);
void wrap_free(void *p);
void *wrap_memalign(size_t alignment, size_t n);
void *wrap_aligned_alloc(size_t alignment, size_t n);
int wrap_posix_memalign(void **p, size_t alignment, size_t n);
void *wrap_valloc(size_t n);
void *wrap_pvalloc(size_t n);

#define SHORT_WAY_BYTES ((size_t)1 << 32)

/*
 * malloc and free have a short way, for blocks of a few bytes cost less than
 * all the questions of the long one. The long one opens it.
 */
static void open_short_way(void)
{
	if (!glibc_chunks || span_settings.allocation_stacks)
		return;
	self.malloc_sizes = span_sizes(CALL_malloc);
	self.free_sizes = span_sizes(CALL_free);
	self.allocation = &self.thread->allocation;
}

static __attribute__((noinline)) void *malloc_recorded(void *p, size_t n, uintptr_t caller,
						       uintptr_t frame)
{
	if (span_enter(frame) && !self.busy) {
		allocator_ask(p);
		open_short_way();
		allocated(CALL_malloc, p, n, usable_bytes(p));
		if (span_settings.allocation_stacks)
			spanned(CALL_malloc, n, caller, frame);
	}
	return p;
}

static __attribute__((noinline)) void *malloc_long_way(size_t n, uintptr_t caller, uintptr_t frame)
{
	void *own = NULL;
	if (self.busy)
		span_void_busy(frame);
	/* The loader allocates for libunwind's thread-local variables: not the program's. */
	if (self.busy)
		own = arena_take_slot(n);
	return own ? own : malloc_recorded(real_malloc(n), n, caller, frame);
}

void *wrap_malloc(size_t n)
{
	struct size_row *row = self.malloc_sizes;
	if (__builtin_expect(!row || n - 1 >= SHORT_WAY_BYTES || !recording_state.recording, 0))
		return malloc_long_way(n, CALLER, FRAME);
	void *p = real_malloc(n);
	if (__builtin_expect(!p || CHUNK_HEAD(p) & CHUNK_MAPPED, 0))
		return malloc_recorded(p, n, CALLER, FRAME);
	counter_add(&row->bucket[64 - __builtin_clzll(n)], 1);
	counter_add(&row->bytes, n);
	live_add(self.allocation, (int64_t)(CHUNK_HEAD(p) & ~CHUNK_FLAGS) - 8);
	return p;
}

void *wrap_calloc(size_t count, size_t size)
{
	void *p = real_calloc(count, size);
	RECORD(CALL_calloc, p, count * size, usable_bytes(p));
	return p;
}

static void *move_out_of_arena(void *p, size_t n)
{
	void *copy = real_malloc(n);
	size_t had = arena_bytes(p);
	if (copy)
		memcpy(copy, p, had < n ? had : n);
	arena_give(p);
	return copy;
}

/* The body of realloc and reallocarray, inlined so that the caller is the program. */
#define REALLOCATED(call, p, bytes)                                                                \
	do {                                                                                       \
		if (arena_has(p))                                                                  \
			return move_out_of_arena(p, bytes);                                        \
		int64_t before = usable_bytes(p);                                                  \
		void *moved = real_realloc(p, bytes);                                              \
		/* realloc(p, 0) frees, and its NULL is no failure. */                             \
		bool freed = p && !(bytes) && !moved;                                              \
		RECORD(call, freed ? p : moved, bytes, usable_bytes(moved) - before);              \
		return moved;                                                                      \
	} while (0)

void *wrap_realloc(void *p, size_t n)
{
	REALLOCATED(CALL_realloc, p, n);
}

void *wrap_reallocarray(void *p, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes)) {
		RECORD(CALL_reallocarray, NULL, 0, 0);
		errno = ENOMEM;
		return NULL;
	}
	REALLOCATED(CALL_reallocarray, p, bytes);
}

static __attribute__((noinline)) void free_recorded(void *p, uintptr_t frame)
{
	if (arena_has(p)) {
		arena_give(p);
		return;
	}
	if (span_enter(frame) && !self.busy) {
		open_short_way();
		struct size_row *row = span_sizes(CALL_free);
		if (row) {
			counter_add(&row->bucket[p ? 1 : 0], 1);
			live_subtract(&self.thread->allocation, usable_bytes(p));
		}
	}
	real_free(p);
}

void wrap_free(void *p)
{
	struct size_row *row = self.free_sizes;
	if (__builtin_expect(
		!row || !recording_state.recording || !p || CHUNK_HEAD(p) & CHUNK_MAPPED, 0)) {
		free_recorded(p, FRAME);
		return;
	}
	counter_add(&row->bucket[1], 1);
	live_subtract(self.allocation, (int64_t)(CHUNK_HEAD(p) & ~CHUNK_FLAGS) - 8);
	real_free(p);
}

void *wrap_memalign(size_t alignment, size_t n)
{
	void *p = real_memalign(alignment, n);
	RECORD(CALL_memalign, p, n, usable_bytes(p));
	return p;
}

void *wrap_aligned_alloc(size_t alignment, size_t n)
{
	void *p = real_aligned_alloc(alignment, n);
	RECORD(CALL_aligned_alloc, p, n, usable_bytes(p));
	return p;
}

int wrap_posix_memalign(void **p, size_t alignment, size_t n)
{
	int error = real_posix_memalign(p, alignment, n);
	RECORD(CALL_posix_memalign, error ? NULL : p, n, error ? 0 : usable_bytes(*p));
	return error;
}

void *wrap_valloc(size_t n)
{
	void *p = real_valloc(n);
	RECORD(CALL_valloc, p, n, usable_bytes(p));
	return p;
}

void *wrap_pvalloc(size_t n)
{
	void *p = real_pvalloc(n);
	RECORD(CALL_pvalloc, p, n, usable_bytes(p));
	return p;
}

/* The names themselves, without the jump of exports.S. */
__asm__(".globl malloc, free\n"
	".type malloc, @function\n"
	".type free, @function\n"
	".set malloc, wrap_malloc\n"
	".set free, wrap_free\n");
