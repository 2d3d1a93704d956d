/*
 * report_summary.c - the first lines of the report: what moved, how, where, and what it took.
 */
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MOVERS	      4
#define MOVER_FRAMES  3
#define COMMAND_WIDTH 160

const char *fate_in_words(struct arena *arena, const struct fate *fate)
{
	static const struct {
		const char *how, *words;
	} table[] = {
	    {"exit", "exited"},
	    {"_exit", "left by _exit"},
	    {"quick_exit", "left by quick_exit"},
	    {"exec", "became another program"},
	    {"running", "still running"},
	    {"killed", "killed"},
	    {"signal", "killed"},
	    {"unknown", "end unknown"},
	};
	const char *words = fate->how;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (!strcmp(fate->how, table[i].how))
			words = table[i].words;
	if (fate->signal != UNKNOWN_SIGNED) {
		const char *name =
		    fate->signal > 0 && fate->signal < 65 ? sigabbrev_np((int)fate->signal) : NULL;
		return name ? arena_print(arena, "%s by SIG%s", words, name)
			    : arena_print(arena, "%s by signal %" PRId64, words, fate->signal);
	}
	if (fate->status != UNKNOWN_SIGNED)
		return arena_print(arena, "%s with %" PRId64, words, fate->status);
	return words;
}

const char *command_line(struct arena *arena, const struct process *process)
{
	const char *line = process->argv.count ? "" : process->exe;

	for (size_t i = 0; i < process->argv.count && strlen(line) < COMMAND_WIDTH; i++) {
		const char *word = process->argv.items[i];
		const char *quote =
		    !*word || strpbrk(word, " \t\n'\"\\$`*?[]{}()<>|&;#~") ? "'" : "";
		line = arena_print(arena, "%s%s%s%s%s", line, i ? " " : "", quote, word, quote);
	}
	return strlen(line) > COMMAND_WIDTH ? arena_print(arena, "%.*s ...", COMMAND_WIDTH, line)
					    : line;
}

/* The process that the others come from, as far as the trace tells. */
static const struct process *first_process(const struct trace *trace)
{
	const struct process *first = trace->processes.items;
	for (size_t i = 1; i < trace->processes.count; i++)
		if (trace->processes.items[i].start_ns < first->start_ns)
			first = &trace->processes.items[i];
	return first;
}

/* From the first start to the last known end; 0 where no end is known. */
static uint64_t run_time(const struct trace *trace, const struct process *first)
{
	uint64_t end = 0;
	for (size_t i = 0; i < trace->processes.count; i++)
		if (trace->processes.items[i].end_ns != UNKNOWN &&
		    trace->processes.items[i].end_ns > end)
			end = trace->processes.items[i].end_ns;
	return end > first->start_ns ? end - first->start_ns : 0;
}

static void print_head(const struct trace *trace, struct arena *arena)
{
	const struct process *first = first_process(trace);
	uint64_t ran = run_time(trace, first);

	print_line(STYLE_HEADING, "%s", command_line(arena, first));
	print_line(STYLE_FAINT, "pid %" PRIu64 "%s, %s%s%s; Linux %s %s on %s", first->pid,
		   trace->processes.count > 1
		       ? arena_print(arena, " and %zu more processes", trace->processes.count - 1)
		       : "",
		   ran ? "ran " : "", ran ? arena_print(arena, "%s, ", amount_ns(ran).text) : "",
		   fate_in_words(arena, &first->exit), trace->host.kernel, trace->host.machine,
		   trace->host.name);
	putchar('\n');
}

struct summary {
	struct arena *arena;
	struct text_table table;
};

static void line(struct summary *summary, const char *name, const char *value, const char *remark)
{
	bool zero = !strcmp(value, "0") || !strcmp(value, "0 B") || !strcmp(value, "0 ns");
	if (!summary->table.columns) {
		summary->table.arena = summary->arena;
		summary->table.columns = 3;
		summary->table.alignment[1] = RIGHT;
	}
	table_cell(&summary->table, name, STYLE_PLAIN);
	table_cell(&summary->table, value, zero ? STYLE_FAINT : STYLE_STRONG);
	table_cell(&summary->table, remark, STYLE_FAINT);
}

/* Always shown: a zero here says that it was looked for. */
static void copied_line(struct summary *summary, const struct counts *totals, const char *name,
			enum column column)
{
	uint64_t copied = counts_get(totals, COLUMN_COPIED);
	line(summary, name, amount_bytes(totals->of[column]).text,
	     arena_print(summary->arena, "%s of %s copied",
			 amount_share(totals->of[column], copied).text, amount_bytes(copied).text));
}

static void other_line(struct summary *summary, const struct counts *totals, const char *name,
		       enum column column)
{
	if (totals->of[column])
		line(summary, name, amount_bytes(totals->of[column]).text,
		     column_table[column].meaning);
}

static void crossings_line(struct summary *summary, const struct counts *totals)
{
	uint64_t crossings = totals->of[COLUMN_crossings];
	uint64_t copied = counts_get(totals, COLUMN_COPIED);

	line(summary, "crossings", amount_count(crossings).text,
	     arena_print(summary->arena, "in %s calls, %s errors; %s copied each on average",
			 amount_count(totals->of[COLUMN_calls]).text,
			 amount_count(totals->of[COLUMN_errors]).text,
			 amount_bytes(crossings ? copied / crossings : 0).text));
}

static void time_line(struct summary *summary, const struct trace *trace)
{
	const struct counts *totals = &trace->totals;
	uint64_t ran = run_time(trace, first_process(trace));
	uint64_t time = totals->of[COLUMN_time_ns], blocked = totals->of[COLUMN_blocked_ns];
	const char *part =
	    ran ? arena_print(summary->arena, "%s of the run; ", amount_share(time, ran).text) : "";

	line(summary, "time in calls", amount_ns(time).text,
	     arena_print(summary->arena, "%s%s blocked", part, amount_ns(blocked).text));
}

static void memory_line(struct summary *summary, const struct trace *trace)
{
	struct memory sum = {0};
	int64_t peak = 0;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct memory *memory = &trace->processes.items[i].memory;
		sum.allocations = number_add(sum.allocations, memory->allocations);
		sum.asked_bytes = number_add(sum.asked_bytes, memory->asked_bytes);
		sum.frees = number_add(sum.frees, memory->frees);
		if (memory->peak_live_bytes > peak)
			peak = memory->peak_live_bytes;
	}
	if (!sum.allocations && !sum.frees)
		return;
	line(summary, "peak heap", amount_bytes(peak).text,
	     arena_print(summary->arena, "%s%s allocations of %s in all, %s frees",
			 trace->processes.count > 1 ? "of the largest process; " : "",
			 amount_count(sum.allocations).text, amount_bytes(sum.asked_bytes).text,
			 amount_count(sum.frees).text));
}

static void faults_line(struct summary *summary, const struct trace *trace)
{
	uint64_t minor = 0, major = 0, attributed = 0;
	const char *why = NULL;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct faults *faults = &trace->processes.items[i].faults;
		if (faults->minor != UNKNOWN)
			minor = number_add(minor, faults->minor);
		if (faults->major != UNKNOWN)
			major = number_add(major, faults->major);
		if (faults->attributed_minor != UNKNOWN)
			attributed = number_add(attributed, faults->attributed_minor);
		if (!why)
			why = faults->why;
	}
	line(summary, "page faults", amount_count(number_add(minor, major)).text,
	     arena_print(summary->arena, "%s minor, %s major; %s attributed%s%s%s",
			 amount_count(minor).text, amount_count(major).text,
			 amount_share(attributed, minor).text, why ? " (" : "", why ? why : "",
			 why ? ")" : ""));
}

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

/* The layer whose rows are the whole: inside libc, only system calls are seen. */
static struct rows movers_by_stack(struct trace *trace)
{
	struct rows all = rows_of(trace, BY_STACK), best = {0};
	uint64_t most = 0;

	for (int i = 0; i < 2; i++) {
		struct rows layer = rows_of_layer(&trace->arena, &all, i ? "syscall" : "library");
		uint64_t copied = 0;
		for (size_t k = 0; k < layer.count; k++)
			copied =
			    number_add(copied, counts_get(&layer.items[k].counts, COLUMN_COPIED));
		if (copied > most) {
			most = copied;
			best = layer;
		}
	}
	rows_sort(&best, COLUMN_COPIED);
	return best;
}

static void mover(struct text_table *table, const struct row *row, uint64_t copied,
		  const char *what, const char *where)
{
	uint64_t moved = counts_get(&row->counts, COLUMN_COPIED);

	table_cell(table, amount_share(moved, copied).text, STYLE_STRONG);
	table_cell(table, amount_bytes(moved).text, STYLE_PLAIN);
	table_cell(table, what, STYLE_PLAIN);
	table_cell(table, where, STYLE_PLAIN);
}

static void print_movers(struct trace *trace)
{
	struct text_table table = {
	    .arena = &trace->arena, .columns = 4, .alignment = {RIGHT, RIGHT}};
	struct rows stacks = movers_by_stack(trace), objects = rows_of(trace, BY_OBJECT);
	uint64_t copied = counts_get(&trace->totals, COLUMN_COPIED);

	rows_sort(&objects, COLUMN_COPIED);
	for (size_t i = 0; i < stacks.count && i < MOVERS; i++)
		if (counts_get(&stacks.items[i].counts, COLUMN_COPIED))
			mover(&table, &stacks.items[i], copied, stacks.items[i].call,
			      innermost_frames(&trace->arena, trace, &stacks.items[i]));
	for (size_t i = 0; i < objects.count && i < MOVERS; i++)
		if (counts_get(&objects.items[i].counts, COLUMN_COPIED))
			mover(&table, &objects.items[i], copied, objects.items[i].kind,
			      objects.items[i].name);
	if (!table.cells)
		return;
	print_line(STYLE_HEADING,
		   "Largest movers, by stack and by object, with their share of the bytes copied");
	table_print(&table, "  ");
	putchar('\n');
}

void report_summary(const struct report *report)
{
	struct trace *trace = report->trace;
	const struct counts *totals = &trace->totals;
	struct summary summary = {.arena = &trace->arena};

	print_head(trace, &trace->arena);
	copied_line(&summary, totals, "to user", COLUMN_to_user_bytes);
	copied_line(&summary, totals, "from user", COLUMN_from_user_bytes);
	if (totals->of[COLUMN_in_kernel_bytes])
		copied_line(&summary, totals, "in kernel", COLUMN_in_kernel_bytes);
	if (totals->of[COLUMN_cow_bytes])
		copied_line(&summary, totals, "on write", COLUMN_cow_bytes);
	other_line(&summary, totals, "by reference", COLUMN_by_reference_bytes);
	other_line(&summary, totals, "discarded", COLUMN_discarded_bytes);
	other_line(&summary, totals, "zero-filled", COLUMN_zero_filled_bytes);
	crossings_line(&summary, totals);
	time_line(&summary, trace);
	memory_line(&summary, trace);
	faults_line(&summary, trace);
	table_print(&summary.table, "  ");
	putchar('\n');
	print_movers(trace);
}
