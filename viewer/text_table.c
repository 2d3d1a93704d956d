/*
 * text_table.c - a table of text: columns as wide as they need to be, numbers to the right.
 */
#include "text_table.h"

#include "complain.h"
#include "safe_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 98

static char *safe_copy(const char *text)
{
	char *safe = safe_text(text);
	if (!safe)
		die("out of memory");
	return safe;
}

static void add_cell(struct text_table *table, const char *text, enum style style)
{
	char *safe = safe_copy(text);
	table->cell = arena_grow(table->arena, table->cell, table->cells, sizeof(*table->cell));
	table->cell[table->cells++] = (struct text_cell){arena_string(table->arena, safe), style};
	free(safe);
}

void table_column(struct text_table *table, const char *title, enum alignment alignment)
{
	if (table->columns >= sizeof(table->alignment) / sizeof(*table->alignment))
		abort();
	table->alignment[table->columns++] = alignment;
	add_cell(table, title, STYLE_FAINT);
}

void table_cell(struct text_table *table, const char *text, enum style style)
{
	add_cell(table, text, style);
}

static void print_cell(const struct text_cell *cell, enum alignment alignment, size_t width,
		       bool last)
{
	size_t needed = text_width(cell->text);
	int blanks = needed < width ? (int)(width - needed) : 0;
	bool before = alignment == RIGHT;

	printf("%*s%s%s%s%*s", before ? blanks : 0, "", style_start(cell->style), cell->text,
	       style_end(cell->style), before || last ? 0 : blanks, "");
}

/* Up to the last cell that has something in it, so that no line ends in blanks. */
static void print_row(const struct text_table *table, const struct text_cell *row,
		      const size_t *width, const char *indent)
{
	size_t columns = table->columns;

	while (columns > 1 && !*row[columns - 1].text)
		columns--;
	for (size_t i = 0; i < columns; i++) {
		fputs(i ? "  " : indent, stdout);
		print_cell(&row[i], table->alignment[i], width[i], i + 1 == columns);
	}
	putchar('\n');
}

void table_print(const struct text_table *table, const char *indent)
{
	size_t width[sizeof(table->alignment) / sizeof(*table->alignment)] = {0};

	for (size_t i = 0; i < table->cells; i++) {
		size_t cell_width = text_width(table->cell[i].text);
		if (table->width_most && cell_width > table->width_most)
			cell_width = table->width_most;
		if (cell_width > width[i % table->columns])
			width[i % table->columns] = cell_width;
	}
	for (size_t i = 0; i + table->columns <= table->cells; i += table->columns)
		print_row(table, &table->cell[i], width, indent);
}

void print_safe(const char *text, enum style style)
{
	char *safe = safe_copy(text);
	printf("%s%s%s", style_start(style), safe, style_end(style));
	free(safe);
}

void print_line(enum style style, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		die("out of memory");
	va_end(args);
	print_safe(text, style);
	putchar('\n');
	free(text);
}

void print_paragraph(const char *text, int column, int indent)
{
	char *safe = safe_copy(text);
	bool first = true;

	for (const char *word = safe; *word;) {
		size_t bytes = strcspn(word, " ");
		char *copy = strndup(word, bytes);
		if (!copy)
			die("out of memory");
		int width = (int)text_width(copy);
		free(copy);
		if (!first && column + 1 + width > WIDTH) {
			printf("\n%*s", indent, "");
			column = indent;
		} else if (!first) {
			putchar(' ');
			column++;
		}
		printf("%.*s", (int)bytes, word);
		column += width;
		first = false;
		word += bytes + (word[bytes] == ' ');
	}
	putchar('\n');
	free(safe);
}
