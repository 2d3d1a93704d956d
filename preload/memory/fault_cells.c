/*
 * fault_cells.c - the region's table of page faults by reason, mapping, call and stack.
 */
#include "memory/fault_cells.h"

#include "abi/counter.h"
#include "span/intern.h"

#include <string.h>

#define SLOTS 32768

static struct intern rows;

static struct fault_cell *row_at(uint32_t index)
{
	return live_at(&live.region->fault_cells, index);
}

static bool same(uint32_t index, const void *wanted)
{
	const struct fault_key *key = wanted;
	const struct fault_cell *row = row_at(index);
	return row->reason == key->reason && row->call == key->call &&
	       row->mapping == key->mapping && row->stack == key->stack;
}

static bool make(const void *wanted, uint32_t *index)
{
	const struct fault_key *key = wanted;
	struct fault_cell *row = live_append(&live.region->fault_cells, index);
	if (!row)
		return false;
	row->reason = key->reason;
	row->call = key->call;
	row->mapping = key->mapping;
	row->stack = key->stack;
	return true;
}

bool fault_cells_init(void)
{
	return intern_init(&rows, SLOTS);
}

void fault_cells_forget(void)
{
	intern_forget(&rows);
}

static uint32_t find(const struct fault_key *key)
{
	uint64_t hash = intern_hash(INTERN_HASH_START, key, sizeof(*key));
	return intern_find(&rows, hash, key, same, make, UINT32_MAX);
}

void fault_cells_add(const struct fault_key *key, const struct fault_sums *sums)
{
	struct fault_key rest = {.reason = key->reason};
	uint32_t index = find(key);
	if (index == UINT32_MAX) {
		counter_add_shared(&live.region->fault_cells_folded, 1);
		index = find(&rest);
	}
	if (index == UINT32_MAX)
		return;
	struct fault_cell *row = row_at(index);
	counter_add_shared(&row->minor, sums->minor);
	counter_add_shared(&row->major, sums->major);
	counter_add_shared(&row->zero_filled_bytes, sums->zero_filled_bytes);
	counter_add_shared(&row->cow_bytes, sums->cow_bytes);
	counter_add_shared(&row->reused_pages, sums->reused_pages);
}

void fault_cells_add_own(const struct fault_sums *sums)
{
	counter_add_shared(&live.region->own_minor, sums->minor);
	counter_add_shared(&live.region->own_major, sums->major);
}

void fault_cells_add_to_call(struct cell *cell, const struct fault_sums *sums)
{
	if (!cell)
		return;
	counter_add_shared(&cell->column[COLUMN_minor_faults], sums->minor);
	counter_add_shared(&cell->column[COLUMN_major_faults], sums->major);
	counter_add_shared(&cell->column[COLUMN_zero_filled_bytes], sums->zero_filled_bytes);
	counter_add_shared(&cell->column[COLUMN_cow_bytes], sums->cow_bytes);
}
