/*
 * sheet.h - a table of the report: the ledger's columns that matter, then whatever names a row.
 */
#ifndef VIEWER_SHEET_H
#define VIEWER_SHEET_H

#include "report.h"
#include "text_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHEET_COLUMNS 17

struct sheet {
	const struct report *report;
	const struct rows *rows; /* sorted */
	size_t shown;		 /* of them */
	struct text_table table;
	bool has_share, has[SHEET_COLUMNS];
	uint64_t whole; /* what shares are of */
};

/*
 * Sorts the rows and starts the table with the columns of numbers; false where
 * there is nothing to show. limit 0: all rows, even those that moved nothing.
 */
bool sheet_init(struct sheet *sheet, const struct report *report, struct rows *rows, size_t limit);
void sheet_numbers(struct sheet *sheet, const struct row *row);
void sheet_print(const struct sheet *sheet, const char *title);

/* The parts of sheet_print, for what isn't a table. */
void sheet_print_title(const struct sheet *sheet, const char *title);
void sheet_print_rest(const struct sheet *sheet);
/* A number in a cell: faint where it is 0, and "-" where it isn't known. */
void amount_cell(struct text_table *table, enum unit unit, uint64_t value);
void print_rest(size_t rows); /* that weren't shown; and the empty line behind a table */

#endif
