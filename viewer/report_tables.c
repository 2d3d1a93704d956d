/*
 * report_tables.c - the tables of the report by call, object, flow and process.
 */
#include "sheet.h"
#include "units.h"

#include <inttypes.h>
#include <string.h>

#define SIZES_SHOWN    4
#define COMMAND_WIDTH  48
#define PROCESSES_MANY 20

static const char *short_size(struct arena *arena, uint64_t bytes)
{
	static const char *const units[] = {"", "K", "M", "G", "T", "P", "E"};
	int unit = 0;
	for (; bytes >= 1024; bytes /= 1024)
		unit++;
	return arena_print(arena, "%" PRIu64 "%s", bytes, units[unit]);
}

static int most_calls(const struct sizes *sizes, const bool taken[SIZE_BUCKETS])
{
	int best = -1;
	for (int i = 0; i < SIZE_BUCKETS; i++)
		if (!taken[i] && sizes->of[i] && (best < 0 || sizes->of[i] > sizes->of[best]))
			best = i;
	return best;
}

/* The buckets with the most calls, in the order of size: "1:4,096 64K:12 other:3". */
static const char *sizes_in_words(struct arena *arena, const struct sizes *sizes)
{
	bool taken[SIZE_BUCKETS] = {0};
	const char *text = "";
	uint64_t rest = 0;
	int best;

	for (int n = 0; n < SIZES_SHOWN && (best = most_calls(sizes, taken)) >= 0; n++)
		taken[best] = true;
	for (int i = 0; i < SIZE_BUCKETS; i++) {
		if (taken[i])
			text = arena_print(arena, "%s%s%s:%s", text, *text ? " " : "",
					   short_size(arena, bucket_bound(i)),
					   amount_count(sizes->of[i]).text);
		else
			rest = number_add(rest, sizes->of[i]);
	}
	return rest ? arena_print(arena, "%s other:%s", text, amount_count(rest).text) : text;
}

static struct rows only_calls(struct arena *arena, const struct rows *rows, bool allocations)
{
	struct rows some = {0, arena_take_array(arena, rows->count + 1, sizeof(struct row))};
	for (size_t i = 0; i < rows->count; i++)
		if (is_allocation(rows->items[i].call) == allocations)
			some.items[some.count++] = rows->items[i];
	return some;
}

static void print_calls(const struct report *report, struct rows rows, const char *title)
{
	struct sheet sheet;

	if (!sheet_init(&sheet, report, &rows, report->limit))
		return;
	table_column(&sheet.table, "CALL", LEFT);
	table_column(&sheet.table, "SIZE:CALLS", LEFT);
	for (size_t i = 0; i < sheet.shown; i++) {
		sheet_numbers(&sheet, &rows.items[i]);
		table_cell(&sheet.table, rows.items[i].call, STYLE_HEADING);
		table_cell(&sheet.table,
			   sizes_in_words(&report->trace->arena, &rows.items[i].sizes),
			   STYLE_PLAIN);
	}
	sheet_print(&sheet, title);
}

void report_calls(const struct report *report)
{
	struct arena *arena = &report->trace->arena;
	struct rows rows = rows_of(report->trace, BY_CALL);
	struct rows library = rows_of_layer(arena, &rows, "library");
	struct report copies = report_of_copies(report);

	print_calls(report, only_calls(arena, &library, false), "By library call");
	print_calls(report, rows_of_layer(arena, &rows, "syscall"), "By system call");
	print_calls(report, only_calls(arena, &library, true), "By allocation call");
	print_calls(&copies, rows_of_layer(arena, &rows, "process"), "By copy inside the process");
}

void report_objects(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_OBJECT);
	struct sheet sheet;

	if (!sheet_init(&sheet, report, &rows, report->limit))
		return;
	table_column(&sheet.table, "KIND", LEFT);
	table_column(&sheet.table, "OBJECT", LEFT);
	for (size_t i = 0; i < sheet.shown; i++) {
		sheet_numbers(&sheet, &rows.items[i]);
		table_cell(&sheet.table, rows.items[i].kind, STYLE_PLAIN);
		table_cell(&sheet.table, rows.items[i].name, STYLE_HEADING);
	}
	sheet_print(&sheet, "By object");
}

void report_flows(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_FLOW);
	struct sheet sheet;

	if (!sheet_init(&sheet, report, &rows, report->limit))
		return;
	table_column(&sheet.table, "CALL", LEFT);
	table_column(&sheet.table, "FROM", LEFT);
	table_column(&sheet.table, "TO", LEFT);
	for (size_t i = 0; i < sheet.shown; i++) {
		const struct flow_row *flow = rows.items[i].flow;
		sheet_numbers(&sheet, &rows.items[i]);
		table_cell(&sheet.table, rows.items[i].call, STYLE_PLAIN);
		table_cell(&sheet.table, flow->source.name, STYLE_HEADING);
		table_cell(&sheet.table, flow->sink.name, STYLE_HEADING);
	}
	sheet_print(&sheet, "By flow from one object to another");
}

/* A row for each of ten thousand processes tells less than one for each of five programs. */
static void report_programs(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_PROGRAM);
	struct sheet sheet;

	if (report->trace->processes.count < PROCESSES_MANY ||
	    !sheet_init(&sheet, report, &rows, report->limit))
		return;
	table_column(&sheet.table, "RECORDS", RIGHT);
	table_column(&sheet.table, "PROGRAM", LEFT);
	for (size_t i = 0; i < sheet.shown; i++) {
		sheet_numbers(&sheet, &rows.items[i]);
		table_cell(&sheet.table, amount_count(rows.items[i].records).text, STYLE_PLAIN);
		table_cell(&sheet.table, rows.items[i].name, STYLE_HEADING);
	}
	sheet_print(&sheet, "By program");
}

void report_processes(const struct report *report)
{
	struct arena *arena = &report->trace->arena;
	struct rows rows = rows_of(report->trace, BY_PROCESS);
	struct sheet sheet;

	report_programs(report);
	if (!sheet_init(&sheet, report, &rows, report->limit))
		return;
	table_column(&sheet.table, "PID", RIGHT);
	table_column(&sheet.table, "END", LEFT);
	table_column(&sheet.table, "COMMAND", LEFT);
	for (size_t i = 0; i < sheet.shown; i++) {
		const struct process *process = rows.items[i].process;
		sheet_numbers(&sheet, &rows.items[i]);
		table_cell(&sheet.table, arena_print(arena, "%" PRIu64, process->pid), STYLE_PLAIN);
		table_cell(&sheet.table, fate_in_short(arena, &process->exit), STYLE_PLAIN);
		table_cell(&sheet.table, command_line(arena, process, COMMAND_WIDTH),
			   STYLE_HEADING);
	}
	sheet_print(&sheet, "By process, each program that exec started apart");
}
