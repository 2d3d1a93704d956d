/*
 * own_memory.c - which memory of the process is the tracer's own, and none of the program's.
 */
#include "abi/own_memory.h"

struct own_memory own_memory;

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

void own_memory_add(const void *at, size_t n)
{
	struct own_range *range = take_place((uintptr_t)at);
	if (range)
		__atomic_store_n(&range->end, (uintptr_t)at + n, __ATOMIC_RELEASE);
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
