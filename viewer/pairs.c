/*
 * pairs.c - rows of two traces that mean the same, side by side.
 */
#include "pairs.h"

#include <stdlib.h>
#include <string.h>

const struct row *pair_row(const struct pair *pair)
{
	return pair->after ? pair->after : pair->before;
}

uint64_t pair_before(const struct pair *pair, int column)
{
	return pair->before ? counts_get(&pair->before->counts, column) : 0;
}

uint64_t pair_after(const struct pair *pair, int column)
{
	return pair->after ? counts_get(&pair->after->counts, column) : 0;
}

struct allocation_row pair_allocation(const struct row *row)
{
	return row ? row->allocation : (struct allocation_row){0};
}

static uint64_t between(uint64_t x, uint64_t y)
{
	return x > y ? x - y : y - x;
}

static uint64_t distance(const struct pair *pair, int column)
{
	return between(pair_before(pair, column), pair_after(pair, column));
}

/*
 * Where the stack and the mappings begin differs from run to run, and with that
 * how many pages are touched.
 */
#define FAULT_NOISE	    16
#define FAULT_NOISE_PERCENT 1
#define PAGE_BYTES	    4096

bool is_fault_noise(enum unit unit, size_t records, uint64_t before, uint64_t after)
{
	uint64_t larger = before > after ? before : after;
	uint64_t most =
	    FAULT_NOISE * (records ? records : 1) * (unit == UNIT_BYTES ? PAGE_BYTES : 1);

	if (larger / 100 * FAULT_NOISE_PERCENT > most)
		most = larger / 100 * FAULT_NOISE_PERCENT;
	return between(before, after) <= most;
}

/* What page faults inside calls filled and copied varies as they do. */
static bool came_with_faults(const struct pair *pair, int column)
{
	uint64_t faults = distance(pair, COLUMN_minor_faults);

	return (column == COLUMN_zero_filled_bytes || column == COLUMN_cow_bytes) &&
	       distance(pair, column) / PAGE_BYTES <= faults &&
	       distance(pair, column) % PAGE_BYTES == 0 &&
	       is_fault_noise(UNIT_BYTES, pair_row(pair)->records, pair_before(pair, column),
			      pair_after(pair, column));
}

static bool counts_unchanged(const struct pair *pair)
{
	for (int i = 0; i < COLUMNS; i++) {
		bool varies = column_table[i].unit == UNIT_NS || i == COLUMN_minor_faults ||
			      i == COLUMN_major_faults;
		if (!varies && distance(pair, i) && !came_with_faults(pair, i))
			return false;
	}
	return true;
}

static bool faults_unchanged(const struct pair *pair)
{
	static const int columns[] = {COLUMN_minor_faults, COLUMN_major_faults,
				      COLUMN_zero_filled_bytes, COLUMN_cow_bytes};

	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		if (!is_fault_noise(column_unit(columns[i]), pair_row(pair)->records,
				    pair_before(pair, columns[i]), pair_after(pair, columns[i])))
			return false;
	return true;
}

static bool allocations_unchanged(const struct pair *pair)
{
	struct allocation_row before = pair_allocation(pair->before);
	struct allocation_row after = pair_allocation(pair->after);

	return before.allocations == after.allocations && before.asked_bytes == after.asked_bytes &&
	       before.peak_bytes == after.peak_bytes && before.temporary == after.temporary &&
	       before.never_freed_blocks == after.never_freed_blocks &&
	       before.never_freed_bytes == after.never_freed_bytes;
}

/* Of page faults alone a few new ones are as little as a few more. */
static bool is_unchanged(const struct pair *pair, enum grouping grouping)
{
	if (grouping == BY_FAULT_PLACE)
		return faults_unchanged(pair);
	if (!pair->before || !pair->after)
		return false;
	return grouping == BY_ALLOCATION_FUNCTIONS ? allocations_unchanged(pair)
						   : counts_unchanged(pair);
}

/* How far a column has moved, but for what a few page faults more or fewer have moved it. */
static uint64_t steady_distance(const struct pair *pair, int column)
{
	if (column == COLUMN_zero_filled_bytes && came_with_faults(pair, column))
		return 0;
	if (column == COLUMN_COPIED && came_with_faults(pair, COLUMN_cow_bytes))
		return between(pair_before(pair, column) - pair_before(pair, COLUMN_cow_bytes),
			       pair_after(pair, column) - pair_after(pair, COLUMN_cow_bytes));
	return distance(pair, column);
}

static int compare_by_copies(const void *a, const void *b)
{
	static const int columns[] = {COLUMN_COPIED,
				      COLUMN_in_process_bytes,
				      COLUMN_by_reference_bytes,
				      COLUMN_zero_filled_bytes,
				      COLUMN_returned_bytes,
				      COLUMN_calls};
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		uint64_t x = steady_distance(a, columns[i]), y = steady_distance(b, columns[i]);
		if (x != y)
			return x > y ? -1 : 1;
	}
	return strcmp(pair_row(a)->key, pair_row(b)->key);
}

static int compare_by_faults(const void *a, const void *b)
{
	uint64_t x =
	    number_add(distance(a, COLUMN_zero_filled_bytes), distance(a, COLUMN_cow_bytes));
	uint64_t y =
	    number_add(distance(b, COLUMN_zero_filled_bytes), distance(b, COLUMN_cow_bytes));

	if (x == y) {
		x = distance(a, COLUMN_minor_faults);
		y = distance(b, COLUMN_minor_faults);
	}
	if (x != y)
		return x > y ? -1 : 1;
	return strcmp(pair_row(a)->key, pair_row(b)->key);
}

static int compare_by_allocations(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	struct allocation_row xs[] = {pair_allocation(x->before), pair_allocation(x->after)};
	struct allocation_row ys[] = {pair_allocation(y->before), pair_allocation(y->after)};
	const uint64_t distances[][2] = {
	    {between(xs[0].peak_bytes, xs[1].peak_bytes),
	     between(ys[0].peak_bytes, ys[1].peak_bytes)},
	    {between(xs[0].asked_bytes, xs[1].asked_bytes),
	     between(ys[0].asked_bytes, ys[1].asked_bytes)},
	    {between(xs[0].allocations, xs[1].allocations),
	     between(ys[0].allocations, ys[1].allocations)},
	};

	for (size_t i = 0; i < sizeof(distances) / sizeof(*distances); i++)
		if (distances[i][0] != distances[i][1])
			return distances[i][0] > distances[i][1] ? -1 : 1;
	return strcmp(pair_row(x)->key, pair_row(y)->key);
}

struct pairs pairs_of(struct arena *arena, const struct rows *before, const struct rows *after,
		      enum grouping grouping)
{
	struct pair *all = arena_take_array(arena, before->count + after->count + 1, sizeof(*all));
	struct pairs pairs = {0, all, 0};
	struct map numbers = {0};
	size_t count = 0;
	bool fresh;

	for (size_t i = 0; i < before->count; i++) {
		const char *key = before->items[i].key;
		size_t number = map_number(&numbers, arena, key, strlen(key), &fresh);
		all[number].before = &before->items[i];
		count = number + 1;
	}
	for (size_t i = 0; i < after->count; i++) {
		const char *key = after->items[i].key;
		size_t number = map_number(&numbers, arena, key, strlen(key), &fresh);
		all[number].after = &after->items[i];
		count = fresh ? number + 1 : count;
	}
	for (size_t i = 0; i < count; i++) {
		if (is_unchanged(&all[i], grouping))
			pairs.unchanged++;
		else
			all[pairs.count++] = all[i];
	}
	qsort(all, pairs.count, sizeof(*all),
	      grouping == BY_FAULT_PLACE	    ? compare_by_faults
	      : grouping == BY_ALLOCATION_FUNCTIONS ? compare_by_allocations
						    : compare_by_copies);
	return pairs;
}
