/*
 * text_table.h - a table of text: columns as wide as they need to be, numbers to the right.
 *
 * Cells are made safe for a terminal here, so whatever a trace holds may go in.
 */
#ifndef VIEWER_TEXT_TABLE_H
#define VIEWER_TEXT_TABLE_H

#include "arena.h"
#include "style.h"

#include <stdbool.h>
#include <stddef.h>

enum alignment { LEFT, RIGHT };

struct text_cell {
	const char *text;
	enum style style;
};

struct text_table {
	struct arena *arena;
	size_t columns, cells;
	struct text_cell *cell;
	enum alignment alignment[24];
	size_t width_most; /* of a column, 0: any; longer cells move their own line only */
};

void table_column(struct text_table *table, const char *title, enum alignment alignment);
void table_cell(struct text_table *table, const char *text, enum style style);
void table_print(const struct text_table *table, const char *indent);

/* Prints text to stdout, safe for a terminal. */
void print_safe(const char *text, enum style style);
/*
 * Breaks lines at blanks, at a width that fits most terminals. The first line
 * goes on at the column where the cursor is, the others are indented.
 */
void print_paragraph(const char *text, int column, int indent);
void print_line(enum style style, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
