/*
 * sheet.c - a table of the report: the ledger's columns that matter, then whatever names a row.
 */
#include "sheet.h"

#include "units.h"

#include <stdio.h>

#define PAGE_BYTES    4096
#define FAULTS_MATTER 10 /* a tenth of what was copied */

static const struct {
	int column;
	const char *title;
} shown[SHEET_COLUMNS] = {
    {COLUMN_COPIED, "COPIED"},
    {COLUMN_to_user_bytes, "TO USER"},
    {COLUMN_from_user_bytes, "FROM USER"},
    {COLUMN_in_kernel_bytes, "IN KERNEL"},
    {COLUMN_cow_bytes, "ON WRITE"},
    {COLUMN_in_process_bytes, "IN PROCESS"},
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

/*
 * A page fault inside a call zeroes or copies a page beside what the call
 * itself does; that doesn't stand for what it returned where rows are in the
 * order of that.
 */
static bool returned_differs(const struct counts *counts, bool orders)
{
	uint64_t least = number_add(
	    number_add(counts->of[COLUMN_to_user_bytes], counts->of[COLUMN_from_user_bytes]),
	    number_add(counts->of[COLUMN_in_kernel_bytes],
		       number_add(counts->of[COLUMN_by_reference_bytes],
				  counts->of[COLUMN_discarded_bytes])));
	uint64_t most = number_add(
	    least, number_add(counts->of[COLUMN_zero_filled_bytes], counts->of[COLUMN_cow_bytes]));
	uint64_t returned = counts->of[COLUMN_returned_bytes];

	return returned < least || returned > (orders ? least : most);
}

/* A sum of more than TO USER and FROM USER, of which no other column is the whole. */
static bool copied_by_several(const struct counts *counts)
{
	bool to = counts->of[COLUMN_to_user_bytes], from = counts->of[COLUMN_from_user_bytes];
	bool kernel = counts->of[COLUMN_in_kernel_bytes], cow = counts->of[COLUMN_cow_bytes];

	return (kernel || cow) && to + from + kernel + cow > 1;
}

/*
 * Some page is always touched first inside some call. That is worth four
 * columns where it comes near what the calls copied, or is more than page
 * faults could have filled.
 */
static bool faults_matter(const struct sheet *sheet)
{
	uint64_t most_copied = 0, most_faulted = 0;

	for (size_t i = 0; i < sheet->shown; i++) {
		const struct row *row = &sheet->rows->items[i];
		const uint64_t *of = row->counts.of;
		uint64_t bytes = number_add(of[COLUMN_zero_filled_bytes], of[COLUMN_cow_bytes]);
		if (!row->call && !row->kind)
			return true;
		if (bytes / PAGE_BYTES > of[COLUMN_minor_faults])
			return true;
		if (bytes > most_faulted)
			most_faulted = bytes;
		if (counts_get(&row->counts, COLUMN_COPIED) > most_copied)
			most_copied = counts_get(&row->counts, COLUMN_COPIED);
	}
	return most_faulted >= most_copied / FAULTS_MATTER;
}

static bool is_of_faults(int column)
{
	return column == COLUMN_zero_filled_bytes || column == COLUMN_cow_bytes ||
	       column == COLUMN_minor_faults || column == COLUMN_major_faults;
}

/* Of the columns of rows_sort(), the first that the first row has. */
static int order_of(const struct sheet *sheet)
{
	int sort = sheet->report->sort, share = sheet->report->share;
	const struct counts *first = &sheet->rows->items[0].counts;

	if (counts_get(first, sort))
		return sort;
	if (share != COLUMN_COPIED)
		return share;
	return !first->of[COLUMN_returned_bytes] && first->of[COLUMN_by_reference_bytes]
		   ? COLUMN_by_reference_bytes
		   : COLUMN_returned_bytes;
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
	bool orders = order_of(sheet) == COLUMN_returned_bytes;
	bool differs = false, crossings_differ = false, faults = faults_matter(sheet);

	for (size_t i = 0; i < sheet->shown; i++) {
		const struct row *row = &rows->items[i];
		counts_add(&any, &row->counts);
		differs |= row->call && returned_differs(&row->counts, orders);
		crossings_differ |=
		    row->counts.of[COLUMN_crossings] != row->counts.of[COLUMN_calls];
	}
	for (size_t i = 0; i < SHEET_COLUMNS; i++) {
		int column = shown[i].column;
		bool has = counts_get(&any, column);
		if (column == COLUMN_COPIED)
			has = copied_by_several(&any);
		else if (column == COLUMN_returned_bytes)
			has = has && differs;
		else if (column == COLUMN_crossings)
			has = has && crossings_differ;
		else if (column == COLUMN_calls)
			has = sheet->report->share != COLUMN_minor_faults;
		if (is_of_faults(column) && !faults)
			has = false;
		if (column == sheet->report->sort && column != COLUMN_COPIED)
			has = true;
		sheet->has[i] = has;
	}
}

static bool has_moved(const struct counts *counts, const struct report *report)
{
	return counts_get(counts, report->sort) || counts_get(counts, report->share) ||
	       counts->of[COLUMN_returned_bytes] || counts->of[COLUMN_by_reference_bytes] ||
	       counts->of[COLUMN_major_faults];
}

static size_t count_shown(const struct rows *rows, const struct report *report, size_t limit)
{
	size_t n = 0;

	if (!limit)
		return rows->count;
	while (n < rows->count && n < limit && has_moved(&rows->items[n].counts, report))
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
	    .shown = count_shown(rows, report, limit),
	    .table = {.arena = &report->trace->arena},
	};
	if (!sheet->shown)
		return false;
	for (size_t i = 0; i < rows->count; i++)
		sum = number_add(sum, counts_get(&rows->items[i].counts, report->share));
	sheet->whole = counts_get(&report->trace->totals, report->share);
	if (sum > sheet->whole)
		sheet->whole = sum;
	choose_columns(sheet);
	sheet->has_share =
	    counts_get(&rows->items[0].counts, report->share) || report->sort != report->share;
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
	int share = sheet->report->share;
	uint64_t part = counts_get(&row->counts, share);

	if (sheet->has_share)
		table_cell(&sheet->table, amount_share(part, sheet->whole).text,
			   style_of(sheet, share, part));
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
	print_line(STYLE_HEADING, "%s, largest %s first", title, column_name(order_of(sheet)));
}

void amount_cell(struct text_table *table, enum unit unit, uint64_t value)
{
	if (value == UNKNOWN)
		table_cell(table, "-", STYLE_FAINT);
	else
		table_cell(table, value ? amount_of(unit, value).text : "0",
			   value ? STYLE_PLAIN : STYLE_FAINT);
}

void print_rest(size_t rows)
{
	if (rows)
		print_line(STYLE_FAINT, "  (%s more row%s, --limit 0 shows all)",
			   amount_count(rows).text, rows == 1 ? "" : "s");
	putchar('\n');
}

void sheet_print_rest(const struct sheet *sheet)
{
	print_rest(sheet->rows->count - sheet->shown);
}

void sheet_print(const struct sheet *sheet, const char *title)
{
	sheet_print_title(sheet, title);
	table_print(&sheet->table, "  ");
	sheet_print_rest(sheet);
}
