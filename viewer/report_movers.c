/*
 * report_movers.c - the part of the report that names what moved most, by stack, by object and by
 * mapping.
 */
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

#define MOVERS	     4
#define MOVER_FRAMES 3
#define CALLS_MATTER 10 /* a tenth of what was copied */

static const char *mover_name(struct trace *trace, const struct row *row)
{
	return row->stack ? innermost_frames(trace, row->stack, MOVER_FRAMES)
			  : arena_print(&trace->arena, "(%s)", row->why);
}

/* Stacks that only differ further out are one mover, which has that part as its name. */
static struct rows by_innermost(struct trace *trace, const struct rows *stacks, int column)
{
	struct arena *arena = &trace->arena;
	struct rows rows = {0, arena_take_array(arena, stacks->count + 1, sizeof(struct row))};
	struct map seen = {0};
	bool fresh;

	for (size_t i = 0; i < stacks->count; i++) {
		const struct row *from = &stacks->items[i];
		const char *name = mover_name(trace, from);
		const char *key = arena_print(arena, "%s\t%s", from->call, name);
		struct row *row = &rows.items[map_number(&seen, arena, key, strlen(key), &fresh)];
		row->call = from->call;
		row->name = name;
		row->key = key;
		counts_add(&row->counts, &from->counts);
	}
	rows.count = seen.count;
	rows_sort(&rows, column);
	return rows;
}

static uint64_t sum_of(const struct rows *rows, int column)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < rows->count; i++)
		sum = number_add(sum, counts_get(&rows->items[i].counts, column));
	return sum;
}

/* Of the two layers, the one that saw more; the other sees the same bytes from another side. */
static struct rows stacks_of_fuller_layer(struct trace *trace, int column)
{
	struct rows all = rows_of(trace, BY_STACK);
	struct rows library = rows_of_layer(&trace->arena, &all, "library");
	struct rows syscall = rows_of_layer(&trace->arena, &all, "syscall");

	return sum_of(&syscall, column) > sum_of(&library, column) ? syscall : library;
}

static void add_movers(struct text_table *table, const struct rows *rows, int column,
		       uint64_t whole)
{
	for (size_t i = 0; i < rows->count && i < MOVERS; i++) {
		const struct row *row = &rows->items[i];
		uint64_t moved = counts_get(&row->counts, column);
		if (!moved)
			break;
		table_cell(table, amount_share(moved, whole).text, STYLE_STRONG);
		table_cell(table, amount_bytes(moved).text, STYLE_PLAIN);
		table_cell(table,
			   row->reason ? row->reason
			   : row->call ? row->call
				       : row->kind,
			   STYLE_PLAIN);
		table_cell(table, row->name ? row->name : "(not known)", STYLE_PLAIN);
	}
}

static struct text_table movers_table(struct trace *trace)
{
	return (struct text_table){
	    .arena = &trace->arena, .columns = 4, .alignment = {RIGHT, RIGHT}};
}

static void print_movers(const struct text_table *table, const char *title)
{
	if (!table->cells)
		return;
	print_line(STYLE_HEADING, "%s", title);
	table_print(table, "  ");
	putchar('\n');
}

static uint64_t largest(const struct rows *rows, int column)
{
	return rows->count ? counts_get(&rows->items[0].counts, column) : 0;
}

/* They are no part of what calls copied, and have shares of their own. */
static void report_copiers(struct trace *trace)
{
	struct text_table table = movers_table(trace);
	struct rows all = rows_of(trace, BY_STACK);
	struct rows copies = rows_of_layer(&trace->arena, &all, "process");
	struct rows movers = by_innermost(trace, &copies, COLUMN_in_process_bytes);

	add_movers(&table, &movers, COLUMN_in_process_bytes,
		   trace->totals.of[COLUMN_in_process_bytes]);
	print_movers(&table, "Largest copies inside the process, by stack (share of all of those)");
}

void report_movers(const struct report *report)
{
	struct trace *trace = report->trace;
	struct text_table table = movers_table(trace);
	/* Where nothing was copied, what moved without a copy is what there is to see. */
	int column =
	    counts_get(&trace->totals, COLUMN_COPIED) ? COLUMN_COPIED : COLUMN_by_reference_bytes;
	uint64_t whole = counts_get(&trace->totals, column);
	struct rows stacks = stacks_of_fuller_layer(trace, column);
	struct rows movers = by_innermost(trace, &stacks, column),
		    objects = rows_of(trace, BY_OBJECT), places = rows_of(trace, BY_FAULT_PLACE);

	rows_sort(&objects, column);
	rows_sort(&places, column);
	bool faults_most = largest(&places, column) > largest(&movers, column) &&
			   whole - trace->totals.of[COLUMN_cow_bytes] < whole / CALLS_MATTER;
	bool faults = largest(&places, column);
	if (faults_most)
		add_movers(&table, &places, column, whole);
	add_movers(&table, &movers, column, whole);
	add_movers(&table, &objects, column, whole);
	if (!faults_most)
		add_movers(&table, &places, column, whole);
	print_movers(
	    &table,
	    arena_print(&trace->arena,
			"Largest movers, %sby stack, then by object%s (share of all bytes %s)",
			faults_most ? "by mapping, then " : "",
			faults && !faults_most ? ", then by mapping" : "",
			column == COLUMN_COPIED ? "copied" : "moved by reference"));
	report_copiers(trace);
}
