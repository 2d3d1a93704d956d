/*
 * allocation.c - wrappers of the allocator: counts, sizes and live bytes, in a few nanoseconds.
 *
 * By default an allocation touches three counters of its thread; its stack is
 * kept only on request, by a span as for any other call.
 */
#include "span/cell.h"
#include "wrap/wrapper.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_reallocarray)(void *, size_t, size_t);
static void (*real_free)(void *);
static void *(*real_memalign)(size_t, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);
static int (*real_posix_memalign)(void **, size_t, size_t);
static void *(*real_valloc)(size_t);
static void *(*real_pvalloc)(size_t);
static size_t (*usable)(void *); /* NULL where it isn't known to be the same allocator's */

/*
 * The arena: what is allocated while the real functions are looked up. The
 * look-up itself may allocate, for an error message or, in an old libc, for a
 * thread's state. Such memory is never given back.
 */
static _Alignas(16) char arena[16384];
static size_t arena_used;

static bool in_arena(const void *p)
{
	return (uintptr_t)p - (uintptr_t)arena < sizeof(arena);
}

static void *arena_take(size_t n, size_t alignment)
{
	if (n > sizeof(arena) || alignment > 4096)
		return NULL;
	size_t at = __atomic_fetch_add(&arena_used, n + alignment + sizeof(size_t), __ATOMIC_RELAXED);
	if (at + n + alignment + sizeof(size_t) > sizeof(arena))
		return NULL;
	uintptr_t start = ((uintptr_t)arena + at + sizeof(size_t) + alignment - 1) & -alignment;
	((size_t *)start)[-1] = n;
	return (void *)start;
}

static bool same_module(void *a, void *b)
{
	Dl_info first, second;
	return dladdr(a, &first) && dladdr(b, &second) && first.dli_fbase == second.dli_fbase;
}

static enum { UNRESOLVED, RESOLVING, RESOLVED } resolution;

void allocation_resolve(void)
{
	if (resolution != UNRESOLVED)
		return;
	resolution = RESOLVING;
	real_calloc = dlsym(RTLD_NEXT, "calloc");
	real_realloc = dlsym(RTLD_NEXT, "realloc");
	real_reallocarray = dlsym(RTLD_NEXT, "reallocarray");
	real_free = dlsym(RTLD_NEXT, "free");
	real_memalign = dlsym(RTLD_NEXT, "memalign");
	real_aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
	real_posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
	real_valloc = dlsym(RTLD_NEXT, "valloc");
	real_pvalloc = dlsym(RTLD_NEXT, "pvalloc");
	usable = dlsym(RTLD_NEXT, "malloc_usable_size");
	real_malloc = dlsym(RTLD_NEXT, "malloc");
	resolution = RESOLVED;
	if (usable && !same_module((void *)usable, (void *)real_malloc))
		usable = NULL;
}

/* Whether the real functions may be called; if not, this is their look-up's own allocation. */
static inline bool resolved(void)
{
	if (__builtin_expect(resolution == RESOLVED, 1))
		return true;
	allocation_resolve();
	return resolution == RESOLVED;
}

static int64_t usable_bytes(void *p)
{
	return p && usable ? (int64_t)usable(p) : 0;
}

/* Adds what the thread's live bytes changed by since the last time to the process's, and its peak. */
static __attribute__((noinline)) void publish(struct allocation *allocation)
{
	struct region *region = live.region;
	int64_t change = allocation->live_bytes - allocation->published_bytes;
	int64_t total = __atomic_add_fetch(&region->live_bytes, change, __ATOMIC_RELAXED);
	int64_t peak = __atomic_load_n(&region->peak_live_bytes, __ATOMIC_RELAXED);
	while (total > peak && !__atomic_compare_exchange_n(&region->peak_live_bytes, &peak, total, true,
							    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	allocation->published_bytes = allocation->live_bytes;
	allocation->publish_below = allocation->live_bytes - ALLOCATION_SLACK_BYTES;
	/* A lone thread's peak is exact: nothing below the peak so far needs to be published. */
	bool alone = region->threads.count == 1;
	allocation->publish_above = alone && region->peak_live_bytes > allocation->live_bytes
					? region->peak_live_bytes
					: allocation->live_bytes + (alone ? 0 : ALLOCATION_SLACK_BYTES);
}

static inline void live_change(int64_t bytes)
{
	struct allocation *allocation = &self.thread->allocation;
	counter_add_signed(&allocation->live_bytes, bytes);
	int64_t now = allocation->live_bytes;
	if (__builtin_expect(now > allocation->publish_above || now < allocation->publish_below, 0))
		publish(allocation);
}

static void failed(enum call call)
{
	struct cell *cell = cell_folded(call, STACK_NONE);
	if (cell)
		counter_add(&cell->column[COLUMN_errors], 1);
}

/* An allocation of n bytes was made at p, or refused: p is NULL; `bytes` is what it added to the live ones. */
static inline void allocated(enum call call, const void *p, size_t n, int64_t bytes)
{
	struct size_row *row = self.locals->sizes[call];
	if (__builtin_expect(!row, 0) && !(row = span_sizes(call)))
		return;
	counter_add(&row->bucket[size_bucket(n)], 1);
	if (__builtin_expect(!p, 0)) {
		failed(call);
		return;
	}
	counter_add(&row->bytes, n);
	if (bytes)
		live_change(bytes);
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
		if (span_enter(FRAME)) {                                                           \
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

void *wrap_malloc(size_t n)
{
	if (!resolved())
		return arena_take(n, 16);
	void *p = real_malloc(n);
	RECORD(CALL_malloc, p, n, usable_bytes(p));
	return p;
}

void *wrap_calloc(size_t count, size_t size)
{
	if (!resolved()) {
		size_t bytes; /* the arena is zero, and used once */
		return __builtin_mul_overflow(count, size, &bytes) ? NULL : arena_take(bytes, 16);
	}
	void *p = real_calloc(count, size);
	RECORD(CALL_calloc, p, count * size, usable_bytes(p));
	return p;
}

static void *move_out_of_arena(void *p, size_t n)
{
	void *copy = resolved() ? real_malloc(n) : arena_take(n, 16);
	size_t had = ((size_t *)p)[-1];
	if (copy)
		memcpy(copy, p, had < n ? had : n);
	return copy;
}

void *wrap_realloc(void *p, size_t n)
{
	if (in_arena(p))
		return move_out_of_arena(p, n);
	if (!resolved())
		return arena_take(n, 16);
	int64_t before = usable_bytes(p);
	void *moved = real_realloc(p, n);
	/* realloc(p, 0) frees, and its NULL is no failure. */
	bool freed = p && !n && !moved;
	RECORD(CALL_realloc, freed ? p : moved, n, (moved || freed) ? usable_bytes(moved) - before : 0);
	return moved;
}

void *wrap_reallocarray(void *p, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes)) {
		RECORD(CALL_reallocarray, NULL, 0, 0);
		errno = ENOMEM;
		return NULL;
	}
	if (in_arena(p))
		return move_out_of_arena(p, bytes);
	if (!resolved())
		return arena_take(bytes, 16);
	int64_t before = usable_bytes(p);
	void *moved = real_reallocarray ? real_reallocarray(p, count, size) : real_realloc(p, bytes);
	bool freed = p && !bytes && !moved;
	RECORD(CALL_reallocarray, freed ? p : moved, bytes,
	       (moved || freed) ? usable_bytes(moved) - before : 0);
	return moved;
}

void wrap_free(void *p)
{
	if (in_arena(p) || !resolved())
		return;
	if (span_enter(FRAME)) {
		struct size_row *row = self.locals->sizes[CALL_free];
		if (__builtin_expect(row != NULL, 1) || (row = span_sizes(CALL_free))) {
			counter_add(&row->bucket[p ? 1 : 0], 1);
			if (p && usable)
				live_change(-usable_bytes(p));
		}
	}
	real_free(p);
}

void *wrap_memalign(size_t alignment, size_t n)
{
	if (!resolved())
		return arena_take(n, alignment);
	void *p = real_memalign(alignment, n);
	RECORD(CALL_memalign, p, n, usable_bytes(p));
	return p;
}

void *wrap_aligned_alloc(size_t alignment, size_t n)
{
	if (!resolved())
		return arena_take(n, alignment);
	void *p = real_aligned_alloc(alignment, n);
	RECORD(CALL_aligned_alloc, p, n, usable_bytes(p));
	return p;
}

int wrap_posix_memalign(void **p, size_t alignment, size_t n)
{
	if (!resolved()) {
		*p = arena_take(n, alignment);
		return *p ? 0 : ENOMEM;
	}
	int error = real_posix_memalign(p, alignment, n);
	RECORD(CALL_posix_memalign, error ? NULL : p, n, error ? 0 : usable_bytes(*p));
	return error;
}

void *wrap_valloc(size_t n)
{
	if (!resolved())
		return arena_take(n, 4096);
	void *p = real_valloc(n);
	RECORD(CALL_valloc, p, n, usable_bytes(p));
	return p;
}

void *wrap_pvalloc(size_t n)
{
	if (!resolved())
		return arena_take((n + 4095) & -4096ul, 4096);
	void *p = real_pvalloc(n);
	RECORD(CALL_pvalloc, p, n, usable_bytes(p));
	return p;
}
