/*
 * blocks.c - every block of the heap that is live, by its address: who allocated it, and how large.
 */
#include "memory/blocks.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "span/span.h"

#include <sys/mman.h>

/* Of user addresses (x86-64); higher ones only where a program asks for them. */
#define ADDRESS_BITS 47
#define AREA_BITS    26
#define AREA_BYTES   (1ul << AREA_BITS)
#define AREAS	     (1ul << (ADDRESS_BITS - AREA_BITS))

/* An entry: the number of the stack and 1 more, and the bytes that were asked for. */
#define BYTES_BITS 44
#define BYTES_MOST ((1ul << BYTES_BITS) - 1)
_Static_assert(STACKS_MOST < 1ul << (64 - BYTES_BITS), "an entry has room for any stack's number");

bool blocks_kept;

static uint64_t **area; /* of the entries of the blocks in each */
static unsigned shift;	/* of an address to the number of its entry */

static void *map(size_t bytes)
{
	void *at = raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	/* A huge page would be filled for a block of a few bytes. */
	if (at)
		RAW_3(SYS_madvise, at, bytes, MADV_NOHUGEPAGE);
	return at;
}

bool blocks_keep(size_t distance)
{
	shift = (unsigned)__builtin_ctzl(distance);
	if (!area)
		area = map(AREAS * sizeof(*area));
	return blocks_kept = area != NULL;
}

/* Where the kernel can't be had to wipe it in a forked child (before Linux 4.14), there is none. */
static uint64_t *make_area(uint64_t **place)
{
	size_t bytes = (AREA_BYTES >> shift) * sizeof(uint64_t);
	uint64_t *none = NULL;
	uint64_t *fresh = map(bytes);
	if (!fresh)
		return NULL;
	if (RAW_3(SYS_madvise, fresh, bytes, MADV_WIPEONFORK) == 0 &&
	    __atomic_compare_exchange_n(place, &none, fresh, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return fresh;
	raw_munmap(fresh, bytes);
	return none;
}

static inline uint64_t *entry_of(const void *p, bool make)
{
	size_t number = (uintptr_t)p >> AREA_BITS;
	if (number >= AREAS)
		return NULL;
	uint64_t *entries = __atomic_load_n(&area[number], __ATOMIC_ACQUIRE);
	if (__builtin_expect(!entries, 0) && (!make || !(entries = make_area(&area[number]))))
		return NULL;
	return &entries[((uintptr_t)p & (AREA_BYTES - 1)) >> shift];
}

static inline int64_t live_bytes(const struct stack_allocations *row)
{
	return (int64_t)(row->asked_bytes - row->freed_bytes);
}

/*
 * Adds what the row's live bytes changed by since the last time to the stack's,
 * and its peak. A lone thread's peak is exact: nothing up to the peak so far
 * needs to be published.
 */
static __attribute__((noinline)) void publish(struct stack_allocations *row)
{
	struct stack_live *sum = live_at(&live.region->stacks_live, row->stack);
	int64_t bytes = live_bytes(row);
	int64_t total =
	    __atomic_add_fetch(&sum->bytes, bytes - row->published_bytes, __ATOMIC_RELAXED);
	int64_t peak = __atomic_load_n(&sum->peak_bytes, __ATOMIC_RELAXED);
	while (total > peak && !__atomic_compare_exchange_n(&sum->peak_bytes, &peak, total, true,
							    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	row->published_bytes = bytes;
	bool alone = live.region->threads.count == 1;
	row->publish_high = alone ? sum->peak_bytes : bytes + STACK_SLACK_BYTES;
}

/* Where in the region a row is, in units of its size; it isn't the first thing there. */
static uint32_t place_of(const struct stack_allocations *row)
{
	return (uint32_t)(((const char *)row - (const char *)live.region) / sizeof(*row));
}
_Static_assert(sizeof(struct stack_allocations) == REGION_ALIGNMENT,
	       "rows lie at multiples of their size");

static struct stack_allocations *make_row(uint32_t stack)
{
	uint32_t index;
	struct stack_allocations *row = NULL;
	if (live_need(&live.region->stacks_live, stack))
		row = live_append(&self.thread->stack_allocations, &index);
	if (!row)
		return NULL;
	row->stack = stack;
	self.locals->stack_row[stack] = place_of(row);
	return row;
}

/* The calling thread's row of a stack, made when first needed; NULL where there is no room. */
static inline struct stack_allocations *row_of(uint32_t stack)
{
	uint32_t place = self.locals->stack_row[stack];
	return place ? (struct stack_allocations *)live.region + place : make_row(stack);
}

static struct stack_allocations *find_row(enum call call, uintptr_t caller, uintptr_t frame)
{
	struct memo_entry *entry;
	bookkeeping_begin(frame);
	struct stack_allocations *row = row_of(span_stack(call, caller, frame, &entry));
	if (entry)
		entry->allocations = row;
	if (!row)
		row = row_of(STACK_OTHER);
	bookkeeping_end();
	return row;
}

static inline struct stack_allocations *recall_row(uintptr_t caller, uintptr_t frame)
{
	struct memo *memo = self.locals->memo;
	uint32_t stack;
	if (__builtin_expect(!memo || stacks_verified, 0))
		return NULL;
	bookkeeping_begin(frame);
	struct memo_entry *entry = stack_recall(memo, caller, frame, &stack);
	bookkeeping_end();
	return entry ? entry->allocations : NULL;
}

void blocks_enter(enum call call, const void *p, size_t n, uintptr_t caller, uintptr_t frame)
{
	uint64_t *entry = entry_of(p, true);
	__builtin_prefetch(entry, 1);
	struct stack_allocations *row = recall_row(caller, frame);
	if (!row)
		row = find_row(call, caller, frame);
	if (__builtin_expect(!row, 0)) {
		counter_add_shared(&live.region->allocations_folded, 1);
		return;
	}
	counter_add(&row->allocations, 1);
	counter_add(&row->asked_bytes, n);
	if (__builtin_expect(live_bytes(row) > row->publish_high, 0))
		publish(row);
	if (__builtin_expect(!entry || n > BYTES_MOST, 0)) {
		counter_add_shared(&live.region->blocks_unknown, 1);
		return;
	}
	/* One that was given back by a way that we don't see. */
	if (__builtin_expect(*entry != 0, 0))
		blocks_freed(*entry, false);
	*entry = (row->stack + 1ul) << BYTES_BITS | n;
}

uint64_t blocks_take(const void *p)
{
	uint64_t *place = p ? entry_of(p, false) : NULL;
	uint64_t entry = place ? *place : 0;
	if (entry)
		*place = 0;
	return entry;
}

void blocks_put_back(const void *p, uint64_t entry)
{
	uint64_t *place = entry ? entry_of(p, true) : NULL;
	if (place)
		*place = entry;
}

void blocks_freed(uint64_t entry, bool temporary)
{
	if (!entry)
		return;
	struct stack_allocations *row = row_of((uint32_t)(entry >> BYTES_BITS) - 1);
	if (__builtin_expect(!row, 0)) {
		counter_add_shared(&live.region->blocks_unknown, 1);
		return;
	}
	counter_add(&row->freed_blocks, 1);
	counter_add(&row->freed_bytes, entry & BYTES_MOST);
	if (temporary)
		counter_add(&row->temporary, 1);
	if (__builtin_expect(live_bytes(row) < row->published_bytes - STACK_SLACK_BYTES, 0))
		publish(row);
}
