/*
 * report_movers.c - the part of the report that names what moved most, by stack and by object.
 */
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

#define MOVERS	     4
#define MOVER_FRAMES 3

static const char *innermost_frames(struct arena *arena, const struct trace *trace,
				    const struct row *row)
{
	const char *text = "";

	if (!row->stack)
		return arena_print(arena, "(%s)", row->why);
	for (size_t i = 0; i < row->stack->count && i < MOVER_FRAMES; i++) {
		const struct frame *frame = &trace->frames.items[row->stack->items[i]];
		text = arena_print(arena, "%s%s%s", text, i ? " < " : "", frame_name(arena, frame));
	}
	return text;
}

/* Stacks that only differ further out are one mover, which has that part as its name. */
static struct rows by_innermost(struct trace *trace, const struct rows *stacks)
{
	struct arena *arena = &trace->arena;
	struct rows rows = {0, arena_take_array(arena, stacks->count + 1, sizeof(struct row))};
	struct map seen = {0};
	bool fresh;

	for (size_t i = 0; i < stacks->count; i++) {
		const struct row *from = &stacks->items[i];
		const char *name = innermost_frames(arena, trace, from);
		const char *key = arena_print(arena, "%s\t%s", from->call, name);
		struct row *row = &rows.items[map_number(&seen, arena, key, strlen(key), &fresh)];
		row->call = from->call;
		row->name = name;
		row->key = key;
		counts_add(&row->counts, &from->counts);
	}
	rows.count = seen.count;
	rows_sort(&rows, COLUMN_COPIED);
	return rows;
}

static uint64_t copied_by(const struct rows *rows)
{
	uint64_t copied = 0;
	for (size_t i = 0; i < rows->count; i++)
		copied = number_add(copied, counts_get(&rows->items[i].counts, COLUMN_COPIED));
	return copied;
}

/* Of the two layers, the one that saw more; the other sees the same bytes from another side. */
static struct rows stacks_of_fuller_layer(struct trace *trace)
{
	struct rows all = rows_of(trace, BY_STACK);
	struct rows library = rows_of_layer(&trace->arena, &all, "library");
	struct rows syscall = rows_of_layer(&trace->arena, &all, "syscall");

	return copied_by(&syscall) > copied_by(&library) ? syscall : library;
}

static void add_movers(struct text_table *table, const struct rows *rows, uint64_t copied)
{
	for (size_t i = 0; i < rows->count && i < MOVERS; i++) {
		const struct row *row = &rows->items[i];
		uint64_t moved = counts_get(&row->counts, COLUMN_COPIED);
		if (!moved)
			break;
		table_cell(table, amount_share(moved, copied).text, STYLE_STRONG);
		table_cell(table, amount_bytes(moved).text, STYLE_PLAIN);
		table_cell(table, row->call ? row->call : row->kind, STYLE_PLAIN);
		table_cell(table, row->name, STYLE_PLAIN);
	}
}

void report_movers(const struct report *report)
{
	struct trace *trace = report->trace;
	struct text_table table = {
	    .arena = &trace->arena, .columns = 4, .alignment = {RIGHT, RIGHT}};
	struct rows stacks = stacks_of_fuller_layer(trace), objects = rows_of(trace, BY_OBJECT);
	struct rows movers = by_innermost(trace, &stacks);
	uint64_t copied = counts_get(&trace->totals, COLUMN_COPIED);

	rows_sort(&objects, COLUMN_COPIED);
	add_movers(&table, &movers, copied);
	add_movers(&table, &objects, copied);
	if (!table.cells)
		return;
	print_line(STYLE_HEADING,
		   "Largest movers, by stack, then by object (share of all bytes copied)");
	table_print(&table, "  ");
	putchar('\n');
}
