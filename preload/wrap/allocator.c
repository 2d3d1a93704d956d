/*
 * allocator.c - the allocator that the program has: its functions, and what they say of a block.
 */
#include "wrap/allocator.h"

#include "wrap/arena.h"
#include "wrap/real.h"

#include <errno.h>
#include <gnu/libc-version.h>

#define BLOCKS_TO_ASK 8

/*
 * Until they are looked up, the pointers lead to functions that do that, or
 * where the look-up itself allocates, serve it from the arena.
 */
static void *early_malloc(size_t n);
static void *early_calloc(size_t count, size_t size);
static void *early_realloc(void *p, size_t n);
static void early_free(void *p);
static void *early_memalign(size_t alignment, size_t n);
static int early_posix_memalign(void **p, size_t alignment, size_t n);
static void *early_valloc(size_t n);

void *(*real_malloc)(size_t) = early_malloc;
void *(*real_calloc)(size_t, size_t) = early_calloc;
void *(*real_realloc)(void *, size_t) = early_realloc;
void (*real_free)(void *) = early_free;
void *(*real_memalign)(size_t, size_t) = early_memalign;
void *(*real_aligned_alloc)(size_t, size_t) = early_memalign;
int (*real_posix_memalign)(void **, size_t, size_t) = early_posix_memalign;
void *(*real_valloc)(size_t) = early_valloc;
void *(*real_pvalloc)(size_t) = early_valloc;
size_t (*real_usable)(void *);

/*
 * Only libc's own malloc is asked, of the first blocks that the program itself
 * gets: others would change how its heap grows, and cost a short program more
 * than its start.
 */
bool glibc_chunks;
static unsigned blocks_to_ask;

/* Whether another allocator may be asked: ThreadSanitizer's crashes before its own constructor. */
static bool others_begun;

static bool is_as_expected(void *p)
{
	return chunk_bytes(p) == (int64_t)real_usable(p);
}

bool allocator_has_mapped(void *p)
{
	bool known = glibc_chunks || (blocks_to_ask && is_as_expected(p));
	return known && CHUNK_HEAD(p) & CHUNK_MAPPED;
}

/* Threads may ask at once, of their own blocks. */
void allocator_ask(void *p)
{
	unsigned left = __atomic_load_n(&blocks_to_ask, __ATOMIC_RELAXED);
	if (!left || !p)
		return;
	bool as_expected = is_as_expected(p);
	__atomic_store_n(&blocks_to_ask, as_expected ? left - 1 : 0, __ATOMIC_RELAXED);
	if (as_expected && left == 1)
		glibc_chunks = true;
}

static enum { UNRESOLVED, RESOLVING, RESOLVED } resolution;

void allocation_resolve(void)
{
	if (resolution != UNRESOLVED)
		return;
	resolution = RESOLVING;
	real_usable = (size_t(*)(void *))real_find("malloc_usable_size");
	real_aligned_alloc = real_find("aligned_alloc");
	real_posix_memalign = real_find("posix_memalign");
	real_memalign = real_find("memalign");
	real_pvalloc = real_find("pvalloc");
	real_valloc = real_find("valloc");
	real_realloc = real_find("realloc");
	real_calloc = real_find("calloc");
	real_free = real_find("free");
	real_malloc = real_find("malloc");
	resolution = RESOLVED;
	const void *allocator = real_library_of((void *)real_malloc);
	if (real_usable && real_library_of((void *)real_usable) != allocator)
		real_usable = NULL;
	if (real_usable && !real_is_redirected() &&
	    allocator == real_library_of((void *)gnu_get_libc_version))
		blocks_to_ask = BLOCKS_TO_ASK;
}

/* glibc's MINSIZE; others have blocks of a few bytes side by side. */
size_t allocator_distance(void)
{
	return blocks_to_ask || glibc_chunks ? 32 : 8;
}

void allocation_start(void)
{
	allocation_resolve();
	others_begun = true;
}

/* Whether the real functions may be called; if not, this is their look-up's own allocation. */
static bool resolved(void)
{
	allocation_resolve();
	return resolution == RESOLVED;
}

static void *early_malloc(size_t n)
{
	return resolved() ? real_malloc(n) : arena_take_early(n, 16);
}

static void *early_calloc(size_t count, size_t size)
{
	size_t bytes; /* the arena is zero, and used once */
	if (resolved())
		return real_calloc(count, size);
	return __builtin_mul_overflow(count, size, &bytes) ? NULL : arena_take_early(bytes, 16);
}

static void *early_realloc(void *p, size_t n)
{
	return resolved() ? real_realloc(p, n) : arena_take_early(n, 16);
}

static void early_free(void *p)
{
	if (resolved())
		real_free(p);
}

static void *early_memalign(size_t alignment, size_t n)
{
	return resolved() ? real_memalign(alignment, n) : arena_take_early(n, alignment);
}

static int early_posix_memalign(void **p, size_t alignment, size_t n)
{
	if (resolved())
		return real_posix_memalign(p, alignment, n);
	*p = arena_take_early(n, alignment);
	return *p ? 0 : ENOMEM;
}

static void *early_valloc(size_t n)
{
	return resolved() ? real_valloc(n) : arena_take_early(n, 4096);
}

/* An allocator may itself allocate when it is first asked (tcmalloc), and would be asked of that.
 */
int64_t allocator_ask_bytes(void *p)
{
	static __thread bool asking;
	if (asking || !others_begun)
		return 0;
	asking = true;
	int64_t bytes = (int64_t)real_usable(p);
	asking = false;
	return bytes;
}
