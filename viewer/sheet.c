/*
 * sheet.c - a table of the report: the ledger's columns that matter, then whatever names a row.
 */
#include "sheet.h"

#include "units.h"

#include <stdio.h>

static const struct {
	int column;
	const char *title;
} shown[SHEET_COLUMNS] = {
    {COLUMN_COPIED, "COPIED"},
    {COLUMN_to_user_bytes, "TO USER"},
    {COLUMN_from_user_bytes, "FROM USER"},
    {COLUMN_in_kernel_bytes, "IN KERNEL"},
    {COLUMN_cow_bytes, "ON WRITE"},
    {COLUMN_by_reference_bytes, "BY REF"},
    {COLUMN_zero_filled_bytes, "ZEROED"},
    {COLUMN_discarded_bytes, "DISCARDED"},
    {COLUMN_returned_bytes, "RETURNED"},
    {COLUMN_calls, "CALLS"},
    {COLUMN_crossings, "CROSSINGS"},
    {COLUMN_errors, "ERRORS"},
    {COLUMN_time_ns, "TIME"},
    {COLUMN_blocked_ns, "BLOCKED"},
    {COLUMN_minor_faults, "MINOR"},
    {COLUMN_major_faults, "MAJOR"},
};

static uint64_t accounted_for(const struct counts *counts)
{
	uint64_t copied = counts_get(counts, COLUMN_COPIED);
	uint64_t moved =
	    number_add(counts->of[COLUMN_by_reference_bytes], counts->of[COLUMN_zero_filled_bytes]);
	return number_add(number_add(copied, moved), counts->of[COLUMN_discarded_bytes]);
}

/*
 * Left out is what has nothing in it and what would repeat others: COPIED
 * where it is TO USER plus FROM USER, CROSSINGS where every call is one,
 * RETURNED where it tells of no library function.
 */
static void choose_columns(struct sheet *sheet)
{
	const struct rows *rows = sheet->rows;
	struct counts any = {0};
	bool returned_differs = false, crossings_differ = false;

	for (size_t i = 0; i < sheet->shown; i++) {
		const struct row *row = &rows->items[i];
		counts_add(&any, &row->counts);
		returned_differs |= row->call && row->counts.of[COLUMN_returned_bytes] !=
						     accounted_for(&row->counts);
		crossings_differ |=
		    row->counts.of[COLUMN_crossings] != row->counts.of[COLUMN_calls];
	}
	for (size_t i = 0; i < SHEET_COLUMNS; i++) {
		int column = shown[i].column;
		bool has = counts_get(&any, column);
		if (column == COLUMN_COPIED)
			has = any.of[COLUMN_in_kernel_bytes] || any.of[COLUMN_cow_bytes];
		else if (column == COLUMN_returned_bytes)
			has = has && returned_differs;
		else if (column == COLUMN_crossings)
			has = has && crossings_differ;
		else if (column == COLUMN_calls)
			has = true;
		if (column == sheet->report->sort && column != COLUMN_COPIED)
			has = true;
		sheet->has[i] = has;
	}
}

static bool has_moved(const struct counts *counts, int sort)
{
	return counts_get(counts, sort) || counts_get(counts, COLUMN_COPIED) ||
	       counts->of[COLUMN_returned_bytes];
}

static size_t count_shown(const struct rows *rows, int sort, size_t limit)
{
	size_t n = 0;

	if (!limit)
		return rows->count;
	while (n < rows->count && n < limit && has_moved(&rows->items[n].counts, sort))
		n++;
	return n;
}

bool sheet_init(struct sheet *sheet, const struct report *report, struct rows *rows, size_t limit)
{
	uint64_t sum = 0;

	rows_sort(rows, report->sort);
	*sheet = (struct sheet){
	    .report = report,
	    .rows = rows,
	    .shown = count_shown(rows, report->sort, limit),
	    .table = {.arena = &report->trace->arena},
	};
	if (!sheet->shown)
		return false;
	for (size_t i = 0; i < rows->count; i++)
		sum = number_add(sum, counts_get(&rows->items[i].counts, COLUMN_COPIED));
	sheet->copied = counts_get(&report->trace->totals, COLUMN_COPIED);
	if (sum > sheet->copied)
		sheet->copied = sum;
	choose_columns(sheet);
	sheet->has_share =
	    counts_get(&rows->items[0].counts, COLUMN_COPIED) || report->sort != COLUMN_COPIED;
	if (sheet->has_share)
		table_column(&sheet->table, "SHARE", RIGHT);
	for (size_t i = 0; i < SHEET_COLUMNS; i++)
		if (sheet->has[i])
			table_column(&sheet->table, shown[i].title, RIGHT);
	return true;
}

static enum style style_of(const struct sheet *sheet, int column, uint64_t value)
{
	if (!value)
		return STYLE_FAINT;
	if (column == COLUMN_errors)
		return STYLE_BAD;
	return column == sheet->report->sort ? STYLE_STRONG : STYLE_PLAIN;
}

void sheet_numbers(struct sheet *sheet, const struct row *row)
{
	uint64_t copied = counts_get(&row->counts, COLUMN_COPIED);

	if (sheet->has_share)
		table_cell(&sheet->table, amount_share(copied, sheet->copied).text,
			   style_of(sheet, COLUMN_COPIED, copied));
	for (size_t i = 0; i < SHEET_COLUMNS; i++) {
		int column = shown[i].column;
		uint64_t value = counts_get(&row->counts, column);
		if (sheet->has[i])
			table_cell(&sheet->table,
				   value ? amount_of(column_unit(column), value).text : "0",
				   style_of(sheet, column, value));
	}
}

void sheet_print_title(const struct sheet *sheet, const char *title)
{
	bool sorts = counts_get(&sheet->rows->items[0].counts, sheet->report->sort);

	/* Where nothing has that, it's the next column of the order that shows. */
	print_line(STYLE_HEADING, "%s, largest %s first", title,
		   column_name(sorts ? sheet->report->sort : COLUMN_returned_bytes));
}

void sheet_print_rest(const struct sheet *sheet)
{
	size_t rest = sheet->rows->count - sheet->shown;
	if (rest)
		print_line(STYLE_FAINT, "  (%s more row%s, --limit 0 shows all)",
			   amount_count(rest).text, rest == 1 ? "" : "s");
	putchar('\n');
}

void sheet_print(const struct sheet *sheet, const char *title)
{
	sheet_print_title(sheet, title);
	table_print(&sheet->table, "  ");
	sheet_print_rest(sheet);
}
