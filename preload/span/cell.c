/*
 * cell.c - finds the cell of a call: the counters for one call, object and stack in one thread.
 */
#include "span/cell.h"

#include "abi/counter.h"
#include "span/intern.h"

_Static_assert(CELL_SLOTS_NEAR == INTERN_NEAR_SLOTS, "cells are found as all else");

static uint32_t hash_of(const struct cell_key *key)
{
	uint64_t hash = key->call | (uint64_t)key->object << 32;
	hash = (hash ^ (uint64_t)key->source << 17) * 0x9e3779b97f4a7c15;
	hash = (hash ^ hash >> 29 ^ key->stack) * 0x9e3779b97f4a7c15;
	return (uint32_t)(hash >> 40);
}

static bool is(const struct cell *cell, const struct cell_key *key)
{
	return cell->call == key->call && cell->object == key->object &&
	       cell->source == key->source && cell->stack == key->stack;
}

/* The last places are kept for the folded cells. */
static struct cell *make(const struct cell_key *key, uint32_t most, uint32_t *index)
{
	struct cell *cell =
	    self.thread->cells.count < most ? live_append(&self.thread->cells, index) : NULL;
	if (!cell)
		return NULL;
	cell->object = key->object;
	cell->source = key->source;
	cell->stack = key->stack;
	__atomic_store_n(&cell->call, key->call, __ATOMIC_RELEASE);
	return cell;
}

struct cell *cell_folded(enum call call, uint32_t stack)
{
	struct cell **slot = &self.locals->folded[call], *none = NULL;
	struct cell *cell = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
	if (!cell) {
		struct cell_key key = {(uint16_t)call, OBJECT_OTHER, OBJECT_NONE, stack};
		uint32_t index;
		cell = make(&key, CELLS_MOST + CALLS, &index);
		/* A handler may have come in between; the cell that lost stays empty. */
		if (cell && !__atomic_compare_exchange_n(slot, &none, cell, false, __ATOMIC_ACQ_REL,
							 __ATOMIC_ACQUIRE))
			cell = none;
	}
	return cell;
}

struct cell *cell_find(const struct cell_key *key)
{
	uint32_t hash = hash_of(key);
	for (uint32_t probe = 0; probe < CELL_SLOTS + INTERN_NEAR_PROBES; probe++) {
		uint32_t *slot = &self.locals->cell_slot[intern_place(hash, probe, CELL_SLOTS)];
		if (*slot) {
			struct cell *cell = live_at(&self.thread->cells, *slot - 1);
			if (is(cell, key))
				return cell;
			continue;
		}
		uint32_t index;
		struct cell *cell = make(key, CELLS_MOST, &index);
		if (!cell)
			break;
		*slot = index + 1;
		return cell;
	}
	counter_add_shared(&live.region->cells_folded, 1);
	return cell_folded((enum call)key->call, STACK_OTHER);
}

void cell_overflow(enum call call, const uint64_t column[COLUMNS])
{
	if (call >= live.region->overflow.count)
		return;
	struct cell *cell = live_at(&live.region->overflow, call);
	/* First: a reader looks at the table only where something was folded. */
	counter_add_shared(&live.region->cells_folded, 1);
	cell->object = OBJECT_OTHER;
	cell->stack = STACK_OTHER;
	for (int i = 0; i < COLUMNS; i++)
		if (column[i])
			counter_add_shared(&cell->column[i], column[i]);
	__atomic_store_n(&cell->call, (uint16_t)call, __ATOMIC_RELEASE);
}
