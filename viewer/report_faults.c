/*
 * report_faults.c - the tables of page faults: by reason and mapping, and by stack where they have
 * one.
 */
#include "sheet.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

#define FRAMES_SHOWN 8

/* Shares are of faults, and so is the order unless another column that faults have is wanted. */
static struct report of_faults(const struct report *report)
{
	struct report faults = *report;

	faults.share = COLUMN_minor_faults;
	if (report->sort != COLUMN_major_faults && report->sort != COLUMN_zero_filled_bytes &&
	    report->sort != COLUMN_cow_bytes)
		faults.sort = COLUMN_minor_faults;
	return faults;
}

struct optional_columns {
	bool reused, records, inside;
};

static struct optional_columns find_columns(const struct report *report, const struct rows *rows)
{
	struct optional_columns has = {.records = report->trace->processes.count > 1};

	for (size_t i = 0; i < rows->count; i++) {
		has.reused |= rows->items[i].reused_pages > 0;
		has.inside |= rows->items[i].call != NULL;
	}
	return has;
}

static void print_places(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_FAULT);
	struct optional_columns has = find_columns(report, &rows);
	struct sheet sheet;

	if (!sheet_init(&sheet, report, &rows, report->limit))
		return;
	if (has.reused)
		table_column(&sheet.table, "REUSED", RIGHT);
	if (has.records)
		table_column(&sheet.table, "RECORDS", RIGHT);
	table_column(&sheet.table, "REASON", LEFT);
	if (has.inside)
		table_column(&sheet.table, "INSIDE", LEFT);
	table_column(&sheet.table, "MAPPING", LEFT);
	for (size_t i = 0; i < sheet.shown; i++) {
		const struct row *row = &rows.items[i];
		sheet_numbers(&sheet, row);
		if (has.reused)
			amount_cell(&sheet.table, UNIT_COUNT, row->reused_pages);
		if (has.records)
			table_cell(&sheet.table, amount_count(row->records).text, STYLE_PLAIN);
		table_cell(&sheet.table, row->reason, STYLE_PLAIN);
		if (has.inside)
			table_cell(&sheet.table, row->call ? row->call : "", STYLE_PLAIN);
		table_cell(&sheet.table, row->name ? row->name : "(not known)", STYLE_HEADING);
	}
	sheet_print(&sheet, "Page faults by reason and mapping");
}

static void print_stack(const struct sheet *sheet, const struct row *row)
{
	const struct report *report = sheet->report;
	struct arena *arena = &report->trace->arena;
	const struct counts *counts = &row->counts;
	uint64_t faults =
	    number_add(counts->of[COLUMN_minor_faults], counts->of[COLUMN_major_faults]);

	printf("  %s%7s%s  ", style_start(STYLE_STRONG),
	       amount_share(counts->of[COLUMN_minor_faults], sheet->whole).text,
	       style_end(STYLE_STRONG));
	print_safe(row->reason, STYLE_HEADING);
	print_line(STYLE_PLAIN, "  %s in %s fault%s", moved_in_words(arena, counts),
		   amount_count(faults).text, faults == 1 ? "" : "s");
	report_frames(report->trace, row->stack, report->limit ? FRAMES_SHOWN : 0);
}

/* Without --faults=stacks only faults inside calls have one, and few of them matter. */
static bool matters(const struct report *report, const struct row *row)
{
	uint64_t all = report->trace->totals.of[COLUMN_minor_faults];

	return row->stack && (!report->whole || row->counts.of[COLUMN_minor_faults] >= all / 100);
}

static void print_stacks(const struct report *report)
{
	struct rows all = rows_of(report->trace, BY_FAULT_STACK), rows = {0};
	struct sheet sheet;

	rows.items = arena_take_array(&report->trace->arena, all.count + 1, sizeof(*rows.items));
	for (size_t i = 0; i < all.count; i++)
		if (matters(report, &all.items[i]))
			rows.items[rows.count++] = all.items[i];
	if (!sheet_init(&sheet, report, &rows, report->stack_limit))
		return;
	sheet_print_title(&sheet, "Page faults by stack");
	for (size_t i = 0; i < sheet.shown; i++)
		print_stack(&sheet, &rows.items[i]);
	sheet_print_rest(&sheet);
}

void report_faults(const struct report *report)
{
	const struct report faults = of_faults(report);

	print_places(&faults);
	print_stacks(&faults);
}
