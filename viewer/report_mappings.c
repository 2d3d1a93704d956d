/*
 * report_mappings.c - the table of mappings: how much was mapped, how much of it came in, by what.
 */
#include "sheet.h"
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAPPED,
	POPULATED,
	MAPPED_IN,
	OWN,
	ZEROED,
	UNCLAIMED,
	ON_WRITE,
	MINOR,
	MAJOR,
	MAPS,
	NUMBERS
};

static const struct {
	const char *title;
	enum unit unit;
} numbers[NUMBERS] = {
    [MAPPED] = {"MAPPED", UNIT_BYTES},	     [POPULATED] = {"POPULATED", UNIT_BYTES},
    [MAPPED_IN] = {"MAPPED IN", UNIT_BYTES}, [OWN] = {"OWN", UNIT_BYTES},
    [ZEROED] = {"ZEROED", UNIT_BYTES},	     [UNCLAIMED] = {"UNCLAIMED", UNIT_COUNT},
    [ON_WRITE] = {"ON WRITE", UNIT_BYTES},   [MINOR] = {"MINOR", UNIT_COUNT},
    [MAJOR] = {"MAJOR", UNIT_COUNT},	     [MAPS] = {"MAPS", UNIT_COUNT},
};

static uint64_t number_of(const struct row *row, int number)
{
	const struct mapping_row *mapping = &row->mapping;
	const uint64_t all[NUMBERS] = {
	    [MAPPED] = mapping->mapped_bytes,
	    [POPULATED] = mapping->populated_bytes,
	    [MAPPED_IN] = mapping->mapped_in_bytes,
	    [OWN] = mapping->private_bytes,
	    [ZEROED] = row->counts.of[COLUMN_zero_filled_bytes],
	    [UNCLAIMED] = mapping->unclaimed_pages,
	    [ON_WRITE] = row->counts.of[COLUMN_cow_bytes],
	    [MINOR] = row->counts.of[COLUMN_minor_faults],
	    [MAJOR] = row->counts.of[COLUMN_major_faults],
	    [MAPS] = mapping->maps,
	};
	return all[number];
}

static bool any_has(const struct rows *rows, size_t shown, int number)
{
	for (size_t i = 0; i < shown; i++)
		if (number_of(&rows->items[i], number))
			return true;
	return false;
}

/* What was there of it; where nobody looked, what page faults made there. */
static uint64_t size_of(const struct row *row)
{
	if (row->mapping.mapped_in_bytes != UNKNOWN)
		return row->mapping.mapped_in_bytes;
	return number_add(row->counts.of[COLUMN_zero_filled_bytes],
			  row->counts.of[COLUMN_cow_bytes]);
}

static int by_size(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	const uint64_t sizes[][2] = {
	    {size_of(x), size_of(y)},
	    {x->counts.of[COLUMN_minor_faults], y->counts.of[COLUMN_minor_faults]},
	    {x->mapping.mapped_bytes, y->mapping.mapped_bytes},
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		if (sizes[i][0] != sizes[i][1])
			return sizes[i][0] > sizes[i][1] ? -1 : 1;
	return strcmp(x->key, y->key);
}

static const char *sort_mappings(const struct report *report, struct rows *rows)
{
	bool wanted = report->sort == COLUMN_minor_faults || report->sort == COLUMN_major_faults ||
		      report->sort == COLUMN_zero_filled_bytes || report->sort == COLUMN_cow_bytes;

	if (wanted)
		rows_sort(rows, report->sort);
	else
		qsort(rows->items, rows->count, sizeof(*rows->items), by_size);
	return wanted ? arena_print(&report->trace->arena, "largest %s", column_name(report->sort))
		      : "most mapped in";
}

/* The kernel gives each process some pages of its own, of which there is nothing to say. */
static size_t count_shown(const struct report *report, const struct rows *rows)
{
	size_t shown = rows->count;

	if (!report->limit)
		return shown;
	while (shown && !strcmp(rows->items[shown - 1].kind, "special") &&
	       !rows->items[shown - 1].counts.of[COLUMN_minor_faults])
		shown--;
	return shown > report->limit ? report->limit : shown;
}

void report_mappings(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_MAPPING);
	struct text_table table = {.arena = &report->trace->arena};
	bool has[NUMBERS];

	if (!rows.count)
		return;
	const char *order = sort_mappings(report, &rows);
	size_t shown = count_shown(report, &rows);
	if (!shown)
		return;
	for (int n = 0; n < NUMBERS; n++)
		if ((has[n] = any_has(&rows, shown, n)))
			table_column(&table, numbers[n].title, RIGHT);
	table_column(&table, "", LEFT);
	table_column(&table, "KIND", LEFT);
	table_column(&table, "MAPPING", LEFT);
	for (size_t i = 0; i < shown; i++) {
		const struct row *row = &rows.items[i];
		for (int n = 0; n < NUMBERS; n++)
			if (has[n])
				amount_cell(&table, numbers[n].unit, number_of(row, n));
		table_cell(&table, row->mapping.shared ? "shared" : "private", STYLE_PLAIN);
		table_cell(&table, row->kind, STYLE_PLAIN);
		table_cell(&table, row->name, STYLE_HEADING);
	}
	print_line(STYLE_HEADING, "By mapping, %s first", order);
	table_print(&table, "  ");
	print_rest(rows.count - shown);
}
