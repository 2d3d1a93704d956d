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

static bool is_steady(int column)
{
	return column_table[column].unit != UNIT_NS && column != COLUMN_minor_faults &&
	       column != COLUMN_major_faults;
}

static bool is_unchanged(const struct pair *pair)
{
	if (!pair->before || !pair->after)
		return false;
	for (int i = 0; i < COLUMNS; i++)
		if (is_steady(i) && pair_before(pair, i) != pair_after(pair, i))
			return false;
	return true;
}

static uint64_t distance(const struct pair *pair, int column)
{
	uint64_t before = pair_before(pair, column), after = pair_after(pair, column);
	return before > after ? before - after : after - before;
}

static int compare_pairs(const void *a, const void *b)
{
	static const int columns[] = {COLUMN_COPIED, COLUMN_by_reference_bytes,
				      COLUMN_returned_bytes, COLUMN_calls};
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		uint64_t x = distance(a, columns[i]), y = distance(b, columns[i]);
		if (x != y)
			return x > y ? -1 : 1;
	}
	return strcmp(pair_row(a)->key, pair_row(b)->key);
}

struct pairs pairs_of(struct arena *arena, const struct rows *before, const struct rows *after)
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
		if (is_unchanged(&all[i]))
			pairs.unchanged++;
		else
			all[pairs.count++] = all[i];
	}
	qsort(all, pairs.count, sizeof(*all), compare_pairs);
	return pairs;
}
