/*
 * large_blocks.c - blocks of a MiB and more: how much of them was touched, and how much has pages.
 */
#include "memory/large_blocks.h"

#include "abi/clock.h"
#include "abi/counter.h"
#include "abi/raw.h"
#include "memory/faults.h"
#include "memory/pagemap.h"
#include "memory/reasons.h"
#include "span/intern.h"
#include "span/span.h"

#include <string.h>
#include <sys/mman.h>

#define LIVE_MOST 4096 /* at one time; more are counted and not known */
#define SLOTS	  1024

/*
 * To look behind the pages of a block takes the kernel some microseconds, and
 * longer where there are many. A program that allocates and frees large blocks
 * all the time is kept waiting for a 32nd of its time and this: what is behind
 * the others isn't known.
 */
#define LOOK_TICKS_ANYWAY (1ul << 25) /* some 10 ms */
#define LOOK_SHARE	  32

struct block {
	uintptr_t start; /* 0: free, TAKEN: being filled in */
	size_t bytes;
	struct large_row *row;
};
#define TAKEN 1

static struct block *blocks; /* mapped when first needed */

static unsigned places_used; /* behind them all are free */
static unsigned blocks_made;
static uint64_t looked_ticks;
static struct intern rows;

struct row_key {
	uint64_t bytes;
	uint32_t stack;
};

static bool same(uint32_t index, const void *wanted)
{
	const struct row_key *key = wanted;
	const struct large_row *row = live_at(&live.region->large_rows, index);
	return row->bytes == key->bytes && row->stack == key->stack;
}

static bool make(const void *wanted, uint32_t *index)
{
	const struct row_key *key = wanted;
	struct large_row *row = live_append(&live.region->large_rows, index);
	if (!row)
		return false;
	row->bytes = key->bytes;
	row->stack = key->stack;
	return true;
}

/* Where there is no room for another one, that of all blocks without. It is made before any. */
static struct large_row *row_of(size_t bytes, uint32_t stack)
{
	struct row_key key = {.bytes = bytes, .stack = stack}, other = {.stack = STACK_OTHER};
	uint32_t rest = intern_find(&rows, STACK_OTHER, &other, same, make, UINT32_MAX);
	uint64_t hash = intern_hash(INTERN_HASH_START, &key.bytes, sizeof(key.bytes));
	hash = intern_hash(hash, &key.stack, sizeof(key.stack));
	uint32_t index = intern_find(&rows, hash, &key, same, make, rest);
	if (index == rest)
		counter_add_shared(&live.region->large_blocks_folded, 1);
	return index == UINT32_MAX ? NULL : live_at(&live.region->large_rows, index);
}

static bool need_blocks(void)
{
	struct block *none = NULL;
	if (__atomic_load_n(&blocks, __ATOMIC_ACQUIRE))
		return true;
	struct block *fresh = raw_mmap(NULL, LIVE_MOST * sizeof(*fresh), PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (fresh && !__atomic_compare_exchange_n(&blocks, &none, fresh, false, __ATOMIC_ACQ_REL,
						  __ATOMIC_ACQUIRE))
		raw_munmap(fresh, LIVE_MOST * sizeof(*fresh));
	return __atomic_load_n(&blocks, __ATOMIC_ACQUIRE) != NULL;
}

void large_blocks_forget(void)
{
	intern_forget(&rows);
	if (places_used)
		memset(blocks, 0, places_used * sizeof(*blocks));
	places_used = 0;
	looked_ticks = 0;
}

void large_block_wanted(void)
{
	faults_drain();
}

static void raise_places(unsigned count)
{
	unsigned used = __atomic_load_n(&places_used, __ATOMIC_RELAXED);
	while (used < count && !__atomic_compare_exchange_n(&places_used, &used, count, true,
							    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

static void remember(uintptr_t start, size_t bytes, struct large_row *row)
{
	for (unsigned i = 0; need_blocks() && i < LIVE_MOST; i++) {
		uintptr_t none = 0;
		if (__atomic_load_n(&blocks[i].start, __ATOMIC_RELAXED) ||
		    !__atomic_compare_exchange_n(&blocks[i].start, &none, TAKEN, false,
						 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			continue;
		blocks[i].bytes = bytes;
		blocks[i].row = row;
		__atomic_store_n(&blocks[i].start, start, __ATOMIC_RELEASE);
		raise_places(i + 1);
		__atomic_fetch_add(&blocks_made, 1, __ATOMIC_RELEASE);
		return;
	}
	counter_add_shared(&live.region->large_blocks_folded, 1);
}

void large_block_enter(enum call call, const void *p, size_t n, uintptr_t caller, uintptr_t frame)
{
	struct memo_entry *entry;
	bookkeeping_begin(frame);
	struct large_row *row = row_of(n, span_stack(call, caller, frame, &entry));
	bookkeeping_end();
	if (!row)
		return;
	counter_add_shared(&row->blocks, 1);
	counter_add_shared(&row->reserved_bytes, n);
	remember((uintptr_t)p, n, row);
}

static bool may_look(void)
{
	uint64_t since = clock_ticks() - live.region->start.ticks;
	return __atomic_load_n(&looked_ticks, __ATOMIC_RELAXED) <
	       LOOK_TICKS_ANYWAY + since / LOOK_SHARE;
}

struct large_ending large_block_look(const void *p)
{
	struct large_ending ending = {.place = 0};
	unsigned used = __atomic_load_n(&places_used, __ATOMIC_ACQUIRE), i = 0;
	while (i < used && __atomic_load_n(&blocks[i].start, __ATOMIC_ACQUIRE) != (uintptr_t)p)
		i++;
	if (i == used)
		return ending;
	ending.place = i + 1;
	faults_drain();
	ending.looked = may_look();
	if (ending.looked) {
		uint64_t before = clock_ticks();
		ending.backed_bytes = pages_present((uintptr_t)p, blocks[i].bytes);
		counter_add_shared(&looked_ticks, clock_ticks() - before);
	}
	return ending;
}

void large_block_ended(const struct large_ending *ending)
{
	if (!ending->place)
		return;
	struct large_row *row = blocks[ending->place - 1].row;
	__atomic_store_n(&blocks[ending->place - 1].start, 0, __ATOMIC_RELEASE);
	counter_add_shared(&row->freed, 1);
	counter_add_shared(&row->looked, ending->looked);
	counter_add_shared(&row->backed_bytes, ending->backed_bytes);
}

struct extent {
	uintptr_t start, end;
};

/* The pages of a block; none where there is none. The first page has the head of a block that was
 * mapped on its own. */
static struct extent pages_of(const struct block *block)
{
	uintptr_t start = __atomic_load_n(&block->start, __ATOMIC_ACQUIRE);
	if (start <= TAKEN)
		return (struct extent){0};
	return (struct extent){start & -PAGE_BYTES,
			       (start + block->bytes + PAGE_BYTES - 1) & -PAGE_BYTES};
}

static uint64_t bytes_within(const struct extent *block, const struct extent *memory)
{
	uintptr_t from = memory->start > block->start ? memory->start : block->start;
	uintptr_t to = memory->end < block->end ? memory->end : block->end;
	return from < to ? to - from : 0;
}

/* Where no block was, as long as none has been made since: a fault's next is near. */
static struct {
	struct extent extent;
	unsigned made;
} gap;

static void narrow(struct extent *between, const struct extent *block, uintptr_t address)
{
	if (block->end <= address && block->end > between->start)
		between->start = block->end;
	else if (block->start > address && block->start < between->end)
		between->end = block->start;
}

/* Under the lock of mappings.h. */
static void filled(uintptr_t address, uint64_t bytes)
{
	static unsigned last; /* the block that the fault before this one was in */
	const struct extent memory = {address & -PAGE_BYTES, (address & -PAGE_BYTES) + bytes};
	struct extent between = {0, UINTPTR_MAX};
	unsigned made = __atomic_load_n(&blocks_made, __ATOMIC_ACQUIRE);
	unsigned used = __atomic_load_n(&places_used, __ATOMIC_ACQUIRE), first = last;
	uint64_t within = 0;
	if (made == gap.made && bytes_within(&gap.extent, &memory) == bytes)
		return;
	/* A huge page may lie in several. */
	for (unsigned k = 0; k < used && within < bytes; k++) {
		unsigned i = (first + k) % used;
		struct extent block = pages_of(&blocks[i]);
		uint64_t part = bytes_within(&block, &memory);
		narrow(&between, &block, memory.start);
		if (!part)
			continue;
		counter_add_shared(&blocks[i].row->faulted_bytes, part);
		within += part;
		last = i;
	}
	if (!within) {
		gap.extent = between;
		gap.made = made;
	}
}

bool large_blocks_init(void)
{
	reasons_filled = filled;
	return intern_init(&rows, SLOTS);
}

/* Anew each time: an exec that fails is no end after all. */
void large_blocks_finish(void)
{
	struct table *table = &live.region->large_rows;
	for (uint32_t i = 0; i < table->count; i++) {
		struct large_row *row = live_at(table, i);
		row->live_looked = row->live_backed_bytes = 0;
	}
	for (unsigned i = 0; i < places_used; i++) {
		uintptr_t start = __atomic_load_n(&blocks[i].start, __ATOMIC_ACQUIRE);
		struct large_row *row = blocks[i].row;
		if (start <= TAKEN)
			continue;
		counter_add_shared(&row->live_looked, 1);
		counter_add_shared(&row->live_backed_bytes, pages_present(start, blocks[i].bytes));
	}
}
