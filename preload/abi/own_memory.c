/*
 * own_memory.c - which memory of the process is the tracer's own, and none of the program's.
 */
#include "abi/own_memory.h"

#define PAGE 4096ul

struct own_memory own_memory;

static uintptr_t written[OWN_WRITTEN];
static uint32_t written_count;

static struct own_range *take_place(uintptr_t start)
{
	for (uint32_t i = 0; i < OWN_RANGES; i++) {
		uintptr_t there = __atomic_load_n(&own_memory.range[i].start, __ATOMIC_RELAXED);
		/* It is mapped once more, by MAP_FIXED. */
		if (there == start)
			return &own_memory.range[i];
		if (there ||
		    !__atomic_compare_exchange_n(&own_memory.range[i].start, &there, start, false,
						 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			continue;
		uint32_t count = __atomic_load_n(&own_memory.count, __ATOMIC_RELAXED);
		while (count <= i &&
		       !__atomic_compare_exchange_n(&own_memory.count, &count, i + 1, true,
						    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
			;
		return &own_memory.range[i];
	}
	return NULL;
}

/* Nobody shares a page with us. */
void own_memory_add(const void *at, size_t n)
{
	uintptr_t start = (uintptr_t)at & -PAGE;
	struct own_range *range = take_place(start);
	if (range)
		__atomic_store_n(&range->end, ((uintptr_t)at + n + PAGE - 1) & -PAGE,
				 __ATOMIC_RELEASE);
}

void own_memory_remove(const void *at)
{
	uint32_t count = __atomic_load_n(&own_memory.count, __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < count; i++) {
		struct own_range *range = &own_memory.range[i];
		if (range->start != (uintptr_t)at)
			continue;
		range->end = 0;
		__atomic_store_n(&range->start, 0, __ATOMIC_RELEASE);
		__atomic_fetch_add(&own_memory.given, 1, __ATOMIC_RELEASE);
		return;
	}
}

bool own_memory_has(uintptr_t address)
{
	uint32_t count = __atomic_load_n(&own_memory.count, __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < count; i++)
		if (address >= own_memory.range[i].start && address < own_memory.range[i].end)
			return true;
	return false;
}

void own_memory_add_image(const void *start, const void *end)
{
	for (int i = 0; i < OWN_IMAGES; i++) {
		if (own_memory.image[i].start)
			continue;
		own_memory.image[i] = (struct own_range){(uintptr_t)start, (uintptr_t)end};
		own_memory_add(start, (size_t)((const char *)end - (const char *)start));
		return;
	}
}

bool own_memory_has_code(uintptr_t address)
{
	for (int i = 0; i < OWN_IMAGES; i++)
		if (address >= own_memory.image[i].start && address < own_memory.image[i].end)
			return true;
	return false;
}

/* While no other thread does. */
void own_memory_wrote(uintptr_t address)
{
	address &= -PAGE;
	for (uint32_t i = 0; i < written_count; i++)
		if (written[i] == address)
			return;
	if (written_count < OWN_WRITTEN)
		written[written_count++] = address;
}

uint32_t own_memory_written_pages(uintptr_t start, uintptr_t end)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < written_count; i++)
		count += written[i] >= start && written[i] < end;
	return count;
}
