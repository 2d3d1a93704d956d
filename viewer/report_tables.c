/*
 * report_tables.c - the tables of the report: by call, object, stack, flow and process.
 */
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FRAMES_SHOWN 12
#define SIZES_SHOWN  4

/* The columns in the order of a table; those in which no row has anything are left out. */
static const struct {
	int column;
	const char *title;
	bool always;
} shown[] = {
    {COLUMN_COPIED, "COPIED", false},
    {COLUMN_to_user_bytes, "TO USER", false},
    {COLUMN_from_user_bytes, "FROM USER", false},
    {COLUMN_in_kernel_bytes, "IN KERNEL", false},
    {COLUMN_cow_bytes, "ON WRITE", false},
    {COLUMN_by_reference_bytes, "BY REF", false},
    {COLUMN_zero_filled_bytes, "ZEROED", false},
    {COLUMN_discarded_bytes, "DISCARDED", false},
    {COLUMN_returned_bytes, "RETURNED", false},
    {COLUMN_calls, "CALLS", true},
    {COLUMN_crossings, "CROSSINGS", false},
    {COLUMN_errors, "ERRORS", false},
    {COLUMN_time_ns, "TIME", true},
    {COLUMN_blocked_ns, "BLOCKED", false},
    {COLUMN_minor_faults, "MINOR", false},
    {COLUMN_major_faults, "MAJOR", false},
};
#define SHOWN (sizeof(shown) / sizeof(*shown))

struct sheet {
	const struct report *report;
	struct text_table table;
	bool has[SHOWN];
	uint64_t copied; /* what shares are of */
};

/*
 * Left out is what would repeat others: COPIED where it is TO USER plus FROM
 * USER, CROSSINGS where every call is one, RETURNED where it isn't asked for
 * and tells of no library function.
 */
static void choose_columns(struct sheet *sheet, const struct rows *rows)
{
	struct counts any = {0};
	bool returned_differs = false, crossings_differ = false;

	for (size_t i = 0; i < rows->count; i++) {
		const struct counts *counts = &rows->items[i].counts;
		counts_add(&any, counts);
		returned_differs |= rows->items[i].call && !rows->items[i].stack &&
				    counts->of[COLUMN_returned_bytes] != counts_get(counts, COLUMN_COPIED);
		crossings_differ |= counts->of[COLUMN_crossings] != counts->of[COLUMN_calls];
	}
	for (size_t i = 0; i < SHOWN; i++) {
		int column = shown[i].column;
		bool asked = column == sheet->report->sort && column != COLUMN_COPIED;
		sheet->has[i] = asked || shown[i].always || counts_get(&any, column);
		if (column == COLUMN_COPIED)
			sheet->has[i] = any.of[COLUMN_in_kernel_bytes] || any.of[COLUMN_cow_bytes];
		if (column == COLUMN_returned_bytes)
			sheet->has[i] = asked || returned_differs;
		if (column == COLUMN_crossings)
			sheet->has[i] = asked || crossings_differ;
	}
}

static void start_sheet(struct sheet *sheet, const struct report *report, const struct rows *rows)
{
	uint64_t sum = 0;

	*sheet = (struct sheet){.report = report, .table = {.arena = &report->trace->arena}};
	for (size_t i = 0; i < rows->count; i++)
		sum = number_add(sum, counts_get(&rows->items[i].counts, COLUMN_COPIED));
	sheet->copied = counts_get(&report->trace->totals, COLUMN_COPIED);
	if (sum > sheet->copied)
		sheet->copied = sum;
	choose_columns(sheet, rows);
	table_column(&sheet->table, "SHARE", RIGHT);
	for (size_t i = 0; i < SHOWN; i++)
		if (sheet->has[i])
			table_column(&sheet->table, shown[i].title, RIGHT);
}

static void row_numbers(struct sheet *sheet, const struct counts *counts)
{
	table_cell(&sheet->table,
		   amount_share(counts_get(counts, COLUMN_COPIED), sheet->copied).text,
		   STYLE_PLAIN);
	for (size_t i = 0; i < SHOWN; i++) {
		if (!sheet->has[i])
			continue;
		uint64_t value = counts_get(counts, shown[i].column);
		enum style style = !value				    ? STYLE_FAINT
				   : shown[i].column == COLUMN_errors	    ? STYLE_BAD
				   : shown[i].column == sheet->report->sort ? STYLE_STRONG
									    : STYLE_PLAIN;
		table_cell(&sheet->table,
			   value ? amount_of(column_unit(shown[i].column), value).text : "0",
			   style);
	}
}

static size_t rows_shown(const struct report *report, const struct rows *rows)
{
	return report->limit && report->limit < rows->count ? report->limit : rows->count;
}

static void print_title(const struct report *report, const char *title)
{
	print_line(STYLE_HEADING, "%s, largest %s first", title, column_name(report->sort));
}

static void print_rest(const struct report *report, const struct rows *rows)
{
	size_t rest = rows->count - rows_shown(report, rows);
	if (rest)
		print_line(STYLE_FAINT, "  (%zu more row%s, --limit 0 shows all)", rest,
			   rest == 1 ? "" : "s");
	putchar('\n');
}

static const char *short_size(struct arena *arena, uint64_t bytes)
{
	static const char *const units[] = {"", "K", "M", "G", "T", "P", "E"};
	int unit = 0;
	for (; bytes >= 1024; bytes /= 1024)
		unit++;
	return arena_print(arena, "%" PRIu64 "%s", bytes, units[unit]);
}

/* The buckets with the most calls, in the order of size: "1:4,096 64K:12 +3". */
static const char *sizes_in_words(struct arena *arena, const struct sizes *sizes)
{
	bool chosen[SIZE_BUCKETS] = {0};
	const char *text = "";
	uint64_t rest = 0;

	for (int n = 0; n < SIZES_SHOWN; n++) {
		int best = -1;
		for (int i = 0; i < SIZE_BUCKETS; i++)
			if (!chosen[i] && sizes->of[i] &&
			    (best < 0 || sizes->of[i] > sizes->of[best]))
				best = i;
		if (best >= 0)
			chosen[best] = true;
	}
	for (int i = 0; i < SIZE_BUCKETS; i++) {
		if (!chosen[i]) {
			rest = number_add(rest, sizes->of[i]);
			continue;
		}
		text = arena_print(arena, "%s%s%s:%s", text, *text ? " " : "",
				   short_size(arena, bucket_bound(i)),
				   amount_count(sizes->of[i]).text);
	}
	return rest ? arena_print(arena, "%s other:%s", text, amount_count(rest).text) : text;
}

static void print_calls_of(const struct report *report, const struct rows *all, const char *layer,
			   const char *title)
{
	struct rows rows = rows_of_layer(&report->trace->arena, all, layer);
	struct sheet sheet;

	if (!rows.count)
		return;
	rows_sort(&rows, report->sort);
	start_sheet(&sheet, report, &rows);
	table_column(&sheet.table, "CALL", LEFT);
	table_column(&sheet.table, "SIZE:CALLS", LEFT);
	for (size_t i = 0; i < rows_shown(report, &rows); i++) {
		row_numbers(&sheet, &rows.items[i].counts);
		table_cell(&sheet.table, rows.items[i].call, STYLE_HEADING);
		table_cell(&sheet.table,
			   sizes_in_words(&report->trace->arena, &rows.items[i].sizes),
			   STYLE_PLAIN);
	}
	print_title(report, title);
	table_print(&sheet.table, "  ");
	print_rest(report, &rows);
}

void report_calls(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_CALL);

	print_calls_of(report, &rows, "library", "By library call");
	print_calls_of(report, &rows, "syscall", "By system call");
}

void report_objects(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_OBJECT);
	struct sheet sheet;

	if (!rows.count)
		return;
	rows_sort(&rows, report->sort);
	start_sheet(&sheet, report, &rows);
	table_column(&sheet.table, "KIND", LEFT);
	table_column(&sheet.table, "OBJECT", LEFT);
	for (size_t i = 0; i < rows_shown(report, &rows); i++) {
		row_numbers(&sheet, &rows.items[i].counts);
		table_cell(&sheet.table, rows.items[i].kind, STYLE_PLAIN);
		table_cell(&sheet.table, rows.items[i].name, STYLE_HEADING);
	}
	print_title(report, "By object");
	table_print(&sheet.table, "  ");
	print_rest(report, &rows);
}

void report_flows(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_FLOW);
	struct sheet sheet;

	if (!rows.count)
		return;
	rows_sort(&rows, report->sort);
	start_sheet(&sheet, report, &rows);
	table_column(&sheet.table, "CALL", LEFT);
	table_column(&sheet.table, "FROM -> TO", LEFT);
	for (size_t i = 0; i < rows_shown(report, &rows); i++) {
		const struct flow_row *flow = rows.items[i].flow;
		row_numbers(&sheet, &rows.items[i].counts);
		table_cell(&sheet.table, rows.items[i].call, STYLE_HEADING);
		table_cell(&sheet.table,
			   arena_print(&report->trace->arena, "%s %s -> %s %s", flow->source.kind,
				       flow->source.name, flow->sink.kind, flow->sink.name),
			   STYLE_PLAIN);
	}
	print_title(report, "By flow");
	table_print(&sheet.table, "  ");
	print_rest(report, &rows);
}

void report_processes(const struct report *report)
{
	struct arena *arena = &report->trace->arena;
	struct rows rows = rows_of(report->trace, BY_PROCESS);
	struct sheet sheet;

	rows_sort(&rows, report->sort);
	start_sheet(&sheet, report, &rows);
	table_column(&sheet.table, "PID", RIGHT);
	table_column(&sheet.table, "END", LEFT);
	table_column(&sheet.table, "COMMAND", LEFT);
	for (size_t i = 0; i < rows_shown(report, &rows); i++) {
		const struct process *process = rows.items[i].process;
		row_numbers(&sheet, &rows.items[i].counts);
		table_cell(&sheet.table, arena_print(arena, "%" PRIu64, process->pid), STYLE_PLAIN);
		table_cell(&sheet.table, fate_in_words(arena, &process->exit), STYLE_PLAIN);
		table_cell(&sheet.table, arena_print(arena, "%.60s", command_line(arena, process)),
			   STYLE_HEADING);
	}
	print_title(report, "By process");
	table_print(&sheet.table, "  ");
	print_rest(report, &rows);
}

const char *frame_line(struct arena *arena, const struct frame *frame, const char *directory)
{
	if (!frame->file || frame->line == UNKNOWN)
		return NULL;
	size_t n = strlen(directory);
	const char *file = frame->file;
	if (n && !strncmp(file, directory, n) && file[n] == '/')
		file += n + 1;
	return arena_print(arena, "%s:%" PRIu64, file, frame->line);
}

static void print_frames(const struct report *report, const struct row *row)
{
	struct trace *trace = report->trace;
	const char *directory = trace->processes.count ? trace->processes.items[0].directory : "";
	size_t count = row->stack ? row->stack->count : 0,
	       most = report->limit ? FRAMES_SHOWN : count;

	if (!row->stack)
		print_line(STYLE_FAINT, "      (%s)", row->why);
	for (size_t i = 0; i < count && i < most; i++) {
		const struct frame *frame = &trace->frames.items[row->stack->items[i]];
		const char *where = frame_line(&trace->arena, frame, directory);
		const char *module =
		    frame->module && frame->function ? base_name(frame->module) : "";
		print_safe(arena_print(&trace->arena, "      %s", frame_name(&trace->arena, frame)),
			   STYLE_PLAIN);
		print_line(STYLE_FAINT, "%s%s", where || *module ? "  " : "",
			   where ? where : module);
	}
	if (count > most)
		print_line(STYLE_FAINT, "      (%zu outer frames, --limit 0 shows them)",
			   count - most);
}

static void print_stack(const struct report *report, const struct row *row, uint64_t copied)
{
	static const struct {
		int column;
		const char *words;
	} parts[] = {
	    {COLUMN_to_user_bytes, "to user"},		 {COLUMN_from_user_bytes, "from user"},
	    {COLUMN_in_kernel_bytes, "in kernel"},	 {COLUMN_cow_bytes, "on write"},
	    {COLUMN_by_reference_bytes, "by reference"}, {COLUMN_zero_filled_bytes, "zero-filled"},
	    {COLUMN_discarded_bytes, "discarded"},
	};
	struct arena *arena = &report->trace->arena;
	const struct counts *counts = &row->counts;
	const char *text = "";

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (counts->of[parts[i].column])
			text = arena_print(arena, "%s%s %s, ", text,
					   amount_bytes(counts->of[parts[i].column]).text,
					   parts[i].words);
	if (!*text)
		text = arena_print(arena, "%s returned, ",
				   amount_bytes(counts->of[COLUMN_returned_bytes]).text);
	printf("  %s%7s%s  ", style_start(STYLE_STRONG),
	       amount_share(counts_get(counts, COLUMN_COPIED), copied).text,
	       style_end(STYLE_STRONG));
	print_safe(row->call, STYLE_HEADING);
	print_line(STYLE_PLAIN, "  %sin %s call%s, %s crossing%s, %s", text,
		   amount_count(counts->of[COLUMN_calls]).text,
		   counts->of[COLUMN_calls] == 1 ? "" : "s",
		   amount_count(counts->of[COLUMN_crossings]).text,
		   counts->of[COLUMN_crossings] == 1 ? "" : "s",
		   amount_ns(counts->of[COLUMN_time_ns]).text);
	print_frames(report, row);
}

static void print_stacks_of(const struct report *report, const struct rows *all, const char *layer,
			    const char *title)
{
	struct rows rows = rows_of_layer(&report->trace->arena, all, layer);
	struct sheet sheet;

	if (!rows.count)
		return;
	rows_sort(&rows, report->sort);
	start_sheet(&sheet, report, &rows);
	print_title(report, title);
	for (size_t i = 0; i < rows_shown(report, &rows); i++)
		print_stack(report, &rows.items[i], sheet.copied);
	print_rest(report, &rows);
}

void report_stacks(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_STACK);

	print_stacks_of(report, &rows, "library", "By stack of library calls");
	print_stacks_of(report, &rows, "syscall", "By stack of system calls");
}
