/*
 * report_allocations.c - the tables of the allocator: by size, large blocks one by one, by stack.
 */
#include "sheet.h"
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_SHOWN 8
#define LARGE_FRAMES 3

/* By size */

static struct sizes all_sizes(const struct trace *trace)
{
	struct sizes sum = {0};

	for (size_t i = 0; i < trace->processes.count; i++)
		sizes_add(&sum, &trace->processes.items[i].memory.sizes);
	return sum;
}

static void print_sizes(const struct report *report)
{
	struct sizes sizes = all_sizes(report->trace);
	struct text_table table = {.arena = &report->trace->arena};
	uint64_t whole = 0;

	for (unsigned int i = 0; i < SIZE_BUCKETS; i++)
		whole = number_add(whole, sizes.of[i]);
	if (!whole)
		return;
	table_column(&table, "SHARE", RIGHT);
	table_column(&table, "BLOCKS", RIGHT);
	table_column(&table, "OF AT LEAST", LEFT);
	for (unsigned int i = 0; i < SIZE_BUCKETS; i++) {
		if (!sizes.of[i])
			continue;
		table_cell(&table, amount_share(sizes.of[i], whole).text, STYLE_PLAIN);
		table_cell(&table, amount_count(sizes.of[i]).text, STYLE_STRONG);
		table_cell(&table, amount_bytes(bucket_bound(i)).text, STYLE_HEADING);
	}
	print_line(STYLE_HEADING, "Allocations by size, rounded down to a power of two");
	table_print(&table, "  ");
	putchar('\n');
}

/* Large blocks */

struct large_blocks {
	size_t count;
	struct large_block_row *items;
};

static int by_reserved(const void *a, const void *b)
{
	const struct large_block_row *x = a, *y = b;

	if (x->reserved_bytes != y->reserved_bytes)
		return x->reserved_bytes > y->reserved_bytes ? -1 : 1;
	return x->stack < y->stack ? -1 : x->stack > y->stack;
}

static struct large_blocks all_large_blocks(const struct trace *trace, struct arena *arena)
{
	struct large_blocks all = {0};
	size_t most = 0;

	for (size_t i = 0; i < trace->processes.count; i++)
		most += trace->processes.items[i].memory.large_blocks.count;
	all.items = arena_take_array(arena, most + 1, sizeof(*all.items));
	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct memory *memory = &trace->processes.items[i].memory;
		for (size_t k = 0; k < memory->large_blocks.count; k++)
			all.items[all.count++] = memory->large_blocks.items[k];
	}
	if (all.count)
		qsort(all.items, all.count, sizeof(*all.items), by_reserved);
	return all;
}

static const char *allocated_by(struct trace *trace, const struct large_block_row *row)
{
	if (row->stack == UNKNOWN)
		return row->why ? arena_print(&trace->arena, "(%s)", row->why) : "";
	return innermost_frames(trace, &trace->stacks.items[row->stack], LARGE_FRAMES);
}

/* Not behind every block was looked. */
static const char *backed(struct arena *arena, const struct large_block_row *row)
{
	const char *bytes = row->backed_bytes == UNKNOWN
				? "-"
				: arena_print(arena, "%s", amount_bytes(row->backed_bytes).text);
	return row->looked_at && row->looked_at < row->blocks
		   ? arena_print(arena, "%s of %s", bytes, amount_count(row->looked_at).text)
		   : bytes;
}

static void print_large_blocks(const struct report *report)
{
	static const char *const numbers[] = {"BLOCKS",	 "OF SIZE", "RESERVED",
					      "FAULTED", "BACKED",  "FREED"};
	struct arena *arena = &report->trace->arena;
	struct text_table table = {.arena = arena};
	struct large_blocks blocks = all_large_blocks(report->trace, arena);
	size_t shown = report->limit && blocks.count > report->limit ? report->limit : blocks.count;

	if (!blocks.count)
		return;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		table_column(&table, numbers[i], RIGHT);
	table_column(&table, "ALLOCATED BY", LEFT);
	for (size_t i = 0; i < shown; i++) {
		const struct large_block_row *row = &blocks.items[i];
		amount_cell(&table, UNIT_COUNT, row->blocks);
		amount_cell(&table, UNIT_BYTES, row->bytes);
		amount_cell(&table, UNIT_BYTES, row->reserved_bytes);
		amount_cell(&table, UNIT_BYTES, row->faulted_bytes);
		table_cell(&table, backed(arena, row), STYLE_PLAIN);
		amount_cell(&table, UNIT_COUNT, row->freed);
		table_cell(&table, allocated_by(report->trace, row), STYLE_HEADING);
	}
	print_line(STYLE_HEADING, "Large blocks, most reserved first");
	table_print(&table, "  ");
	print_rest(blocks.count - shown);
}

/* By stack */

/* What a list of stacks is ordered by; where it is 0, the row isn't in the list. */
enum order { PEAK, NEVER_FREED, TEMPORARY };

static uint64_t key_of(const struct row *row, enum order order)
{
	const struct allocation_row *allocation = &row->allocation;

	switch (order) {
	case NEVER_FREED:
		return allocation->never_freed_bytes;
	case TEMPORARY:
		return allocation->temporary;
	case PEAK:
		break;
	}
	return allocation->peak_bytes;
}

static int by_order(const void *a, const void *b, void *order)
{
	const struct row *x = a, *y = b;
	const uint64_t numbers[][2] = {
	    {key_of(x, *(enum order *)order), key_of(y, *(enum order *)order)},
	    {x->allocation.asked_bytes, y->allocation.asked_bytes},
	    {x->allocation.allocations, y->allocation.allocations},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (numbers[i][0] != numbers[i][1])
			return numbers[i][0] > numbers[i][1] ? -1 : 1;
	return strcmp(x->key, y->key);
}

static void print_stack(const struct report *report, const struct row *row)
{
	struct arena *arena = &report->trace->arena;
	const struct allocation_row *allocation = &row->allocation;

	printf("  ");
	print_safe(arena_print(arena, "%9s", amount_bytes(allocation->peak_bytes).text),
		   STYLE_STRONG);
	print_safe(arena_print(arena, "  %s allocation%s of %s in all",
			       amount_count(allocation->allocations).text,
			       allocation->allocations == 1 ? "" : "s",
			       amount_bytes(allocation->asked_bytes).text),
		   STYLE_PLAIN);
	if (allocation->temporary)
		print_safe(
		    arena_print(arena, ", %s temporary", amount_count(allocation->temporary).text),
		    STYLE_PLAIN);
	if (allocation->never_freed_blocks)
		print_safe(arena_print(arena, ", %s in %s block%s never freed",
				       amount_bytes(allocation->never_freed_bytes).text,
				       amount_count(allocation->never_freed_blocks).text,
				       allocation->never_freed_blocks == 1 ? "" : "s"),
			   STYLE_BAD);
	putchar('\n');
	if (row->stack)
		report_frames(report->trace, row->stack, report->limit ? FRAMES_SHOWN : 0);
	else
		print_line(STYLE_FAINT, "           (%s)", row->why);
}

static void print_stacks(const struct report *report, struct rows *rows, enum order order,
			 const char *title)
{
	size_t count = 0;

	qsort_r(rows->items, rows->count, sizeof(*rows->items), by_order, &order);
	while (count < rows->count && key_of(&rows->items[count], order))
		count++;
	if (!count)
		return;
	size_t shown =
	    report->stack_limit && count > report->stack_limit ? report->stack_limit : count;
	print_line(STYLE_HEADING, "%s", title);
	for (size_t i = 0; i < shown; i++)
		print_stack(report, &rows->items[i]);
	print_rest(count - shown);
}

void report_allocations(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_ALLOCATION);

	/* The table of calls has the sizes, too. */
	if (!report->whole)
		print_sizes(report);
	print_large_blocks(report);
	if (!rows.count)
		return;
	print_stacks(report, &rows, PEAK, "By stack of allocations, largest peak first");
	if (report->whole)
		return;
	print_stacks(report, &rows, NEVER_FREED, "Never freed, by stack of allocations");
	print_stacks(report, &rows, TEMPORARY, "Temporary, by stack of allocations");
}
