/*
 * diff_memory.c - the tables of a comparison that tell of memory: its numbers, page faults,
 * allocations.
 */
#include "diff.h"
#include "process_fields.h"
#include "text_table.h"
#include "units.h"

#include <stdio.h>

static void change_cells(struct text_table *table, enum unit unit, uint64_t before, uint64_t after)
{
	enum style style = change_style(before, after);

	table_cell(table, amount_of(unit, before).text, before ? STYLE_PLAIN : STYLE_FAINT);
	table_cell(table, amount_of(unit, after).text, after ? STYLE_PLAIN : STYLE_FAINT);
	table_cell(table, amount_delta(unit, before, after).text, style);
	table_cell(table, amount_change(before, after).text, style);
}

static void delta_cell(struct text_table *table, enum unit unit, uint64_t before, uint64_t after)
{
	bool same = before == after;
	table_cell(table, same ? "0" : amount_delta(unit, before, after).text,
		   same ? STYLE_FAINT : STYLE_PLAIN);
}

static void start_table(struct text_table *table)
{
	table_column(table, "BEFORE", RIGHT);
	table_column(table, "AFTER", RIGHT);
	table_column(table, "DELTA", RIGHT);
	table_column(table, "CHANGE", RIGHT);
}

static bool has_changed(const struct diff *diff, const struct process_field *field, uint64_t before,
			uint64_t after)
{
	size_t records = diff->after->processes.count;

	return before != after &&
	       !(field->varies && is_fault_noise(field->unit, records, before, after));
}

void diff_print_memory(const struct diff *diff)
{
	struct text_table table = {.arena = diff->arena};

	table_column(&table, "", LEFT);
	start_table(&table);
	size_t head = table.cells;
	for (int i = 0; i < PROCESS_FIELDS && process_fields[i].group == GROUP_MEMORY; i++) {
		int64_t before = process_field_value(diff->before, i);
		int64_t after = process_field_value(diff->after, i);
		/* Live bytes may be negative where a thread freed what was allocated before. */
		if (before < 0 || after < 0 ||
		    !has_changed(diff, &process_fields[i], before, after))
			continue;
		table_cell(&table, process_fields[i].name, STYLE_PLAIN);
		change_cells(&table, process_fields[i].unit, before, after);
	}
	print_line(STYLE_HEADING, "Memory: numbers that changed");
	if (table.cells > head)
		table_print(&table, "  ");
	else
		print_line(STYLE_FAINT, "  (no change)");
	putchar('\n');
}

void diff_print_faults(const struct diff *diff, const struct pairs *pairs)
{
	struct text_table table = {.arena = diff->arena};

	print_line(STYLE_HEADING, "By page fault: faults before and after, and what changed");
	start_table(&table);
	table_column(&table, "MAJOR", RIGHT);
	table_column(&table, "ZEROED", RIGHT);
	table_column(&table, "ON WRITE", RIGHT);
	table_column(&table, "REASON", LEFT);
	table_column(&table, "MAPPING", LEFT);
	for (size_t i = 0; i < pairs_shown(diff, pairs); i++) {
		static const int columns[] = {COLUMN_major_faults, COLUMN_zero_filled_bytes,
					      COLUMN_cow_bytes};
		const struct pair *pair = &pairs->items[i];
		const struct row *row = pair_row(pair);
		change_cells(&table, UNIT_COUNT, pair_before(pair, COLUMN_minor_faults),
			     pair_after(pair, COLUMN_minor_faults));
		for (size_t k = 0; k < sizeof(columns) / sizeof(*columns); k++)
			delta_cell(&table, column_unit(columns[k]), pair_before(pair, columns[k]),
				   pair_after(pair, columns[k]));
		table_cell(&table, row->reason, STYLE_PLAIN);
		table_cell(&table, row->name ? row->name : "(not known)", STYLE_HEADING);
	}
	if (pairs->count)
		table_print(&table, "  ");
	diff_print_rest(diff, pairs);
}

static void print_allocation_pair(const struct diff *diff, const struct pair *pair)
{
	struct allocation_row before = pair_allocation(pair->before);
	struct allocation_row after = pair_allocation(pair->after);
	enum style style = change_style(before.peak_bytes, after.peak_bytes);

	printf("  %s%11s  %8s%s  ", style_start(style),
	       amount_delta(UNIT_BYTES, before.peak_bytes, after.peak_bytes).text,
	       !pair->before  ? "new"
	       : !pair->after ? "gone"
			      : amount_change(before.peak_bytes, after.peak_bytes).text,
	       style_end(style));
	print_line(STYLE_PLAIN,
		   "%s -> %s at most, %s -> %s allocations of %s -> %s, %s -> %s never freed",
		   amount_bytes(before.peak_bytes).text, amount_bytes(after.peak_bytes).text,
		   amount_count(before.allocations).text, amount_count(after.allocations).text,
		   amount_bytes(before.asked_bytes).text, amount_bytes(after.asked_bytes).text,
		   amount_bytes(before.never_freed_bytes).text,
		   amount_bytes(after.never_freed_bytes).text);
	diff_print_functions(diff, pair_row(pair));
}

/* Stacks of allocations are kept on request, and where neither side has any there is no table. */
void diff_print_allocations(const struct diff *diff, const struct pairs *pairs)
{
	if (!pairs->count && !pairs->unchanged)
		return;
	print_line(STYLE_HEADING, "By stack of allocations, largest change of the peak first");
	for (size_t i = 0; i < pairs_shown(diff, pairs); i++)
		print_allocation_pair(diff, &pairs->items[i]);
	diff_print_rest(diff, pairs);
}
