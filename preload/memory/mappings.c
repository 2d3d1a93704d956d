/*
 * mappings.c - what lies at an address of this process: a table of its mappings.
 */
#include "memory/mappings.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "memory/mapping_table.h"
#include "memory/reasons.h"
#include "region/live.h"

#include <string.h>
#include <time.h>

#define LOCK_SPINS	  200
#define LOCK_WAITS	  200 /* each some 100 us */
#define STACK_GROWS_BYTES (8ul << 20)

/* Of our library: its first byte, and the one behind its last (ld). */
extern const char __ehdr_start __attribute__((visibility("hidden")));
extern const char _end __attribute__((visibility("hidden")));

struct mapping_table mapping_table;

static struct mapping_table *const table = &mapping_table;
static uint32_t locked;
static const struct area tracers = {.row = ROW_NONE, .kind = MAPPING_TRACER, .flags = AREA_NAMED};

static bool take_memory(uint32_t room)
{
	struct area *memory = raw_mmap(NULL, 2 * room * sizeof(struct area), PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!memory)
		return false;
	table->area = memory;
	table->spare = memory + room;
	table->room = room;
	return true;
}

bool mapping_table_grow(void)
{
	struct mapping_table old = *table;
	if (old.room == AREAS_MOST || !take_memory(old.room * 2))
		return false;
	memcpy(table->area, old.area, old.room * sizeof(struct area));
	memcpy(table->spare, old.spare, old.room * sizeof(struct area));
	raw_munmap(old.area < old.spare ? old.area : old.spare, 2 * old.room * sizeof(struct area));
	return true;
}

bool mappings_init(void)
{
	if (!take_memory(AREAS_LEAST))
		return false;
	table->stale = true;
	own_memory_add_image(&__ehdr_start, &_end);
	return mapping_rows_init() && reasons_init();
}

bool mappings_lock(void)
{
	const struct timespec wait = {.tv_nsec = 50000};
	for (int i = 0; i < LOCK_SPINS + LOCK_WAITS; i++) {
		if (!__atomic_load_n(&locked, __ATOMIC_RELAXED) &&
		    !__atomic_exchange_n(&locked, 1, __ATOMIC_ACQUIRE))
			return true;
		/* Its holder may have lost the processor. */
		if (i < LOCK_SPINS)
			__builtin_ia32_pause();
		else
			RAW_2(SYS_nanosleep, &wait, NULL);
	}
	return false;
}

void mappings_unlock(void)
{
	__atomic_store_n(&locked, 0, __ATOMIC_RELEASE);
}

void mappings_forked(void)
{
	mapping_rows_forget();
	/* Another thread may have been at work on it. */
	if (locked)
		table->count = 0;
	for (uint32_t i = 0; i < table->count; i++) {
		table->area[i].row = ROW_NONE;
		table->area[i].flags &= (uint16_t)~AREA_NAMED;
	}
	table->stale = true;
	locked = 0;
}

void mappings_pass_on(void)
{
	if (!mappings_lock())
		return;
	for (uint32_t i = 0; i < table->count; i++)
		if (table->area[i].flags & AREA_SHARED)
			table->area[i].flags &= (uint16_t)~AREA_FRESH;
	mappings_unlock();
}

void mappings_mark_stale(void)
{
	__atomic_store_n(&table->missed, true, __ATOMIC_RELEASE);
	__atomic_store_n(&table->stale, true, __ATOMIC_RELEASE);
}

void mappings_mark_old(void)
{
	__atomic_store_n(&table->stale, true, __ATOMIC_RELEASE);
}

bool mappings_missed(void)
{
	return __atomic_exchange_n(&table->missed, false, __ATOMIC_ACQ_REL);
}

void mappings_may_read(void)
{
	table->may_read = true;
}

/* The number of the first area that ends above an address. */
static uint32_t first_above(uintptr_t address)
{
	uint32_t low = 0, high = table->count;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (table->area[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct area *area_at(uintptr_t address)
{
	uint32_t i = first_above(address);
	return i < table->count && table->area[i].start <= address ? &table->area[i] : NULL;
}

/* The kernel extends the first thread's stack when it is touched below its end. */
static struct area *grown_stack(uintptr_t address)
{
	uint32_t i = first_above(address);
	struct area *area = &table->area[i];
	if (i == table->count || area->kind != MAPPING_STACK ||
	    area->start - address > STACK_GROWS_BYTES)
		return NULL;
	mapping_table_reserve(area->start - (address & -4096ul), 0);
	area->start = address & -4096ul;
	return area;
}

bool mappings_is_stale(void)
{
	return __atomic_load_n(&table->stale, __ATOMIC_ACQUIRE) ||
	       table->own_given != __atomic_load_n(&own_memory.given, __ATOMIC_ACQUIRE);
}

const struct area *mappings_find(uintptr_t address)
{
	struct area *area = area_at(address);
	if (area && area->flags & AREA_NAMED && !mappings_is_stale())
		return area;
	if (own_memory_has(address))
		return &tracers;
	if (!area && !mappings_is_stale() && (area = grown_stack(address)))
		return area;
	if (table->may_read && mappings_read())
		table->may_read = false;
	area = area_at(address);
	return area ? area : grown_stack(address);
}

uintptr_t mappings_heap(uintptr_t *start)
{
	for (uint32_t i = 0; i < table->count; i++) {
		if (table->area[i].kind != MAPPING_HEAP)
			continue;
		*start = table->area[i].start;
		while (i + 1 < table->count && table->area[i + 1].kind == MAPPING_HEAP)
			i++;
		return table->area[i].end;
	}
	return *start = 0;
}

void mapping_table_reserve(uint64_t more, uint64_t less)
{
	struct region *region = live.region;
	region->reserved_now_bytes += more - less;
	if (region->reserved_now_bytes > region->reserved_bytes)
		region->reserved_bytes = region->reserved_now_bytes;
}

static bool is_programs(const struct area *area)
{
	return area->kind != MAPPING_TRACER;
}

/* Makes room for n areas from the i-th on, or takes so many away. */
static bool shift(uint32_t i, int n)
{
	if ((int64_t)table->count + n > table->room && !mapping_table_grow())
		return false;
	uint32_t from = n < 0 ? i + (uint32_t)-n : i;
	memmove(&table->area[(int64_t)from + n], &table->area[from],
		(table->count - from) * sizeof(struct area));
	table->count = (uint32_t)((int64_t)table->count + n);
	return true;
}

void mappings_remove(uintptr_t start, uintptr_t end)
{
	uint32_t first = first_above(start), last = first;
	uint64_t less = 0;

	while (last < table->count && table->area[last].start < end) {
		const struct area *area = &table->area[last++];
		uintptr_t from = area->start > start ? area->start : start;
		uintptr_t to = area->end < end ? area->end : end;
		less += is_programs(area) ? to - from : 0;
	}
	if (first == last)
		return;
	mapping_table_reserve(0, less);
	struct area *head = &table->area[first], tail = table->area[last - 1];
	bool keeps_head = head->start<start, keeps_tail = tail.end> end;
	if (keeps_head) {
		head->end = start;
		first++;
	}
	if (keeps_tail) {
		tail.start = end;
		/* One was cut in two. */
		if (last == first && !shift(last++, 1)) {
			mappings_mark_stale();
			return;
		}
		table->area[--last] = tail;
	}
	shift(first, (int)first - (int)last);
}

static bool are_one(const struct area *a, const struct area *b)
{
	return a->end == b->start && a->row == b->row && a->kind == b->kind &&
	       a->flags == b->flags && a->row != ROW_NONE;
}

void mappings_insert(const struct area *area)
{
	mappings_remove(area->start, area->end);
	uint32_t i = first_above(area->start);
	if (is_programs(area))
		mapping_table_reserve(area->end - area->start, 0);
	if (i > 0 && are_one(&table->area[i - 1], area)) {
		table->area[i - 1].end = area->end;
		if (i < table->count && are_one(&table->area[i - 1], &table->area[i])) {
			table->area[i - 1].end = table->area[i].end;
			shift(i, -1);
		}
	} else if (i < table->count && are_one(area, &table->area[i])) {
		table->area[i].start = area->start;
	} else if (shift(i, 1)) {
		table->area[i] = *area;
	} else {
		mappings_mark_stale();
	}
}

void mappings_each(uintptr_t start, uintptr_t end,
		   void (*visit)(const struct area *area, void *argument), void *argument)
{
	for (uint32_t i = first_above(start); i < table->count && table->area[i].start < end; i++) {
		struct area part = table->area[i];
		part.start = part.start > start ? part.start : start;
		part.end = part.end < end ? part.end : end;
		visit(&part, argument);
	}
}

void mappings_mark(uintptr_t start, uintptr_t end, uint16_t flag, bool on)
{
	for (uintptr_t at = start; at < end;) {
		uint32_t i = first_above(at);
		if (i == table->count || table->area[i].start >= end)
			return;
		struct area part = table->area[i];
		part.start = part.start > at ? part.start : at;
		part.end = part.end < end ? part.end : end;
		at = part.end;
		if (!(part.flags & flag) == !on)
			continue;
		part.flags ^= flag;
		mappings_insert(&part);
	}
}
