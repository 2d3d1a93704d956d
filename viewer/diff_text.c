/*
 * diff_text.c - two traces compared, as tables.
 */
#include "diff.h"

#include "demangle.h"
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

/* Whose change gets a column of its own, if any row has one. */
static const struct {
	int column;
	const char *title;
} shown[] = {
    {COLUMN_to_user_bytes, "TO USER"},	   {COLUMN_from_user_bytes, "FROM USER"},
    {COLUMN_in_kernel_bytes, "IN KERNEL"}, {COLUMN_cow_bytes, "ON WRITE"},
    {COLUMN_by_reference_bytes, "BY REF"}, {COLUMN_zero_filled_bytes, "ZEROED"},
    {COLUMN_discarded_bytes, "DISCARDED"}, {COLUMN_calls, "CALLS"},
    {COLUMN_crossings, "CROSSINGS"},	   {COLUMN_errors, "ERRORS"},
};
#define SHOWN (sizeof(shown) / sizeof(*shown))

enum style change_style(uint64_t before, uint64_t after)
{
	return before == after ? STYLE_FAINT : after > before ? STYLE_BAD : STYLE_GOOD;
}

enum grouping diff_grouping(int table)
{
	static const enum grouping groupings[DIFF_TABLES] = {
	    [DIFF_CALL] = BY_CALL,	   [DIFF_KIND] = BY_KIND,
	    [DIFF_FUNCTION] = BY_FUNCTION, [DIFF_STACK] = BY_FUNCTIONS,
	    [DIFF_FAULT] = BY_FAULT_PLACE, [DIFF_ALLOCATION] = BY_ALLOCATION_FUNCTIONS,
	};
	return groupings[table];
}

static const char *change_of(const struct pair *pair, int column)
{
	static struct amount change;

	if (!pair->before)
		return "new";
	if (!pair->after)
		return "gone";
	change = amount_change(pair_before(pair, column), pair_after(pair, column));
	return change.text;
}

static void print_totals(const struct diff *diff)
{
	struct text_table table = {.arena = diff->arena};

	table_column(&table, "", LEFT);
	table_column(&table, "BEFORE", RIGHT);
	table_column(&table, "AFTER", RIGHT);
	table_column(&table, "DELTA", RIGHT);
	table_column(&table, "CHANGE", RIGHT);
	for (int n = -1; n < COLUMNS; n++) {
		int i = n < 0 ? COLUMN_COPIED : n;
		uint64_t before = counts_get(&diff->before->totals, i);
		uint64_t after = counts_get(&diff->after->totals, i);
		enum style style = change_style(before, after);
		enum unit unit = column_unit(i);
		table_cell(&table, column_name(i), STYLE_PLAIN);
		table_cell(&table, amount_of(unit, before).text,
			   before ? STYLE_PLAIN : STYLE_FAINT);
		table_cell(&table, amount_of(unit, after).text, after ? STYLE_PLAIN : STYLE_FAINT);
		table_cell(&table, amount_delta(unit, before, after).text, style);
		table_cell(&table, amount_change(before, after).text, style);
	}
	print_line(STYLE_HEADING, "Totals");
	table_print(&table, "  ");
	putchar('\n');
}

size_t pairs_shown(const struct diff *diff, const struct pairs *pairs)
{
	return diff->limit && diff->limit < pairs->count ? diff->limit : pairs->count;
}

static bool has_two_layers(const struct pairs *pairs)
{
	for (size_t i = 1; i < pairs->count; i++)
		if (pair_row(&pairs->items[i])->layer &&
		    strcmp(pair_row(&pairs->items[i])->layer, pair_row(&pairs->items[0])->layer))
			return true;
	return false;
}

void diff_print_rest(const struct diff *diff, const struct pairs *pairs)
{
	size_t rest = pairs->count - pairs_shown(diff, pairs);

	if (!pairs->count)
		print_line(STYLE_FAINT, "  (no change in %zu row%s)", pairs->unchanged,
			   pairs->unchanged == 1 ? "" : "s");
	else if (pairs->unchanged)
		print_line(STYLE_FAINT, "  (%zu row%s unchanged)", pairs->unchanged,
			   pairs->unchanged == 1 ? "" : "s");
	if (rest)
		print_line(STYLE_FAINT, "  (%zu more row%s, --limit 0 shows all)", rest,
			   rest == 1 ? "" : "s");
	putchar('\n');
}

static bool is_in_process(const struct pair *pair)
{
	const char *layer = pair_row(pair)->layer;
	return layer && !strcmp(layer, "process");
}

/* What a row is about: what was copied across the boundary, or beside it. */
static int main_column(const struct pair *pair)
{
	return is_in_process(pair) ? COLUMN_in_process_bytes : COLUMN_COPIED;
}

static void pair_cells(const struct diff *diff, struct text_table *table, const struct pair *pair,
		       const bool has[SHOWN])
{
	int column = main_column(pair);
	uint64_t before = pair_before(pair, column), after = pair_after(pair, column);
	enum style style = change_style(before, after);

	table_cell(table, amount_bytes(before).text, before ? STYLE_PLAIN : STYLE_FAINT);
	table_cell(table, amount_bytes(after).text, after ? STYLE_PLAIN : STYLE_FAINT);
	table_cell(table, amount_delta(UNIT_BYTES, before, after).text, style);
	table_cell(table, change_of(pair, column), style);
	for (size_t i = 0; i < SHOWN; i++) {
		if (!has[i])
			continue;
		uint64_t was = pair_before(pair, shown[i].column),
			 is = pair_after(pair, shown[i].column);
		table_cell(table,
			   was == is ? "0"
				     : amount_delta(column_unit(shown[i].column), was, is).text,
			   was == is ? STYLE_FAINT : STYLE_PLAIN);
	}
}

static void start_table(struct text_table *table, const struct pairs *pairs, bool has[SHOWN])
{
	table_column(table, "BEFORE", RIGHT);
	table_column(table, "AFTER", RIGHT);
	table_column(table, "DELTA", RIGHT);
	table_column(table, "CHANGE", RIGHT);
	for (size_t i = 0; i < SHOWN; i++) {
		has[i] = false;
		for (size_t k = 0; k < pairs->count && !has[i]; k++)
			has[i] = pair_before(&pairs->items[k], shown[i].column) !=
				 pair_after(&pairs->items[k], shown[i].column);
		if (has[i])
			table_column(table, shown[i].title, RIGHT);
	}
}

static const char *row_name(struct arena *arena, const struct row *row)
{
	if (row->function)
		return arena_print(arena, "%s in %s", row->call, demangle(arena, row->function));
	if (row->why)
		return arena_print(arena, "%s (%s)", row->call, row->why);
	return row->call ? row->call : row->kind;
}

static void print_rows(const struct diff *diff, const struct pairs *pairs, const char *title,
		       const char *name_title)
{
	struct text_table table = {.arena = diff->arena};
	bool has[SHOWN], layers = has_two_layers(pairs);

	print_line(STYLE_HEADING, "%s", title);
	start_table(&table, pairs, has);
	if (layers)
		table_column(&table, "LAYER", LEFT);
	table_column(&table, name_title, LEFT);
	for (size_t i = 0; i < pairs_shown(diff, pairs); i++) {
		const struct row *row = pair_row(&pairs->items[i]);
		pair_cells(diff, &table, &pairs->items[i], has);
		if (layers)
			table_cell(&table, row->layer, STYLE_PLAIN);
		table_cell(&table, row_name(diff->arena, row), STYLE_HEADING);
	}
	if (pairs->count)
		table_print(&table, "  ");
	diff_print_rest(diff, pairs);
}

void diff_print_functions(const struct diff *diff, const struct row *row)
{
	/* The key holds the names by which the two were found to be the same. */
	const char *names = strrchr(row->key, '\t') + 1;

	if (!row->stack)
		print_line(STYLE_FAINT, "           (%s)", row->why);
	for (size_t n; row->stack && *names; names += n + 1) {
		n = strcspn(names, "\n");
		print_line(STYLE_PLAIN, "           %s",
			   demangle(diff->arena, arena_copy(diff->arena, names, n)));
	}
}

/* Copies inside the process come in a table of their own, if any changed. */
static void print_table(const struct diff *diff, const struct pairs *pairs, const char *title,
			const char *name_title)
{
	struct pairs across = *pairs, inside = {0};

	across.count = 0;
	across.items = arena_take_array(diff->arena, pairs->count + 1, sizeof(*across.items));
	inside.items = arena_take_array(diff->arena, pairs->count + 1, sizeof(*inside.items));
	for (size_t i = 0; i < pairs->count; i++) {
		struct pairs *to = is_in_process(&pairs->items[i]) ? &inside : &across;
		to->items[to->count++] = pairs->items[i];
	}
	print_rows(
	    diff, &across,
	    arena_print(diff->arena, "%s: copied bytes before and after, and what changed", title),
	    name_title);
	if (inside.count)
		print_rows(diff, &inside,
			   arena_print(diff->arena,
				       "%s, inside the process: copied bytes before and after, and "
				       "what changed",
				       title),
			   name_title);
}

static void print_stack_pair(const struct diff *diff, const struct pair *pair)
{
	const struct row *row = pair_row(pair);
	int column = main_column(pair);
	uint64_t before = pair_before(pair, column), after = pair_after(pair, column);
	enum style style = change_style(before, after);

	printf("  %s%11s  %8s%s  ", style_start(style),
	       amount_delta(UNIT_BYTES, before, after).text, change_of(pair, column),
	       style_end(style));
	print_safe(row->call, STYLE_HEADING);
	print_line(STYLE_PLAIN, "  %s -> %s, %s -> %s calls",
		   pair->before ? moved_in_words(diff->arena, &pair->before->counts) : "nothing",
		   pair->after ? moved_in_words(diff->arena, &pair->after->counts) : "nothing",
		   amount_count(pair_before(pair, COLUMN_calls)).text,
		   amount_count(pair_after(pair, COLUMN_calls)).text);
	diff_print_functions(diff, row);
}

static void print_stacks(const struct diff *diff, const struct pairs *pairs)
{
	print_line(STYLE_HEADING, "By stack, largest change of copied bytes first");
	for (size_t i = 0; i < pairs_shown(diff, pairs); i++)
		print_stack_pair(diff, &pairs->items[i]);
	diff_print_rest(diff, pairs);
}

static void print_heads(const struct diff *diff)
{
	struct text_table table = {.arena = diff->arena, .columns = 3};
	const struct trace *traces[] = {diff->before, diff->after};

	for (int i = 0; i < 2; i++) {
		table_cell(&table, i ? "after" : "before", STYLE_FAINT);
		table_cell(&table, i ? diff->after_path : diff->before_path, STYLE_PLAIN);
		table_cell(&table, command_line(diff->arena, &traces[i]->processes.items[0], 60),
			   STYLE_HEADING);
	}
	table_print(&table, "");
	putchar('\n');
}

void diff_print(const struct diff *diff)
{
	if (diff->totals_shown) {
		print_heads(diff);
		print_totals(diff);
	}
	if (diff->shown[DIFF_CALL])
		print_table(diff, &diff->pairs[DIFF_CALL], "By call", "CALL");
	if (diff->shown[DIFF_KIND])
		print_table(diff, &diff->pairs[DIFF_KIND], "By kind of object", "KIND");
	if (diff->shown[DIFF_FUNCTION])
		print_table(diff, &diff->pairs[DIFF_FUNCTION], "By calling function", "CALL");
	if (diff->memory_shown)
		diff_print_memory(diff);
	if (diff->shown[DIFF_FAULT])
		diff_print_faults(diff, &diff->pairs[DIFF_FAULT]);
	if (diff->shown[DIFF_ALLOCATION])
		diff_print_allocations(diff, &diff->pairs[DIFF_ALLOCATION]);
	if (diff->shown[DIFF_STACK])
		print_stacks(diff, &diff->pairs[DIFF_STACK]);
}
