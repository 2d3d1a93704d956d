/*
 * report_summary.c - the first lines of the report: what moved, how, where, and what it took.
 */
#include "report.h"
#include "summary.h"
#include "units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COMMAND_WIDTH 160

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

/* The program that the first process was last; exec replaces one by another under the same pid. */
static const struct process *last_image(const struct trace *trace, const struct process *first)
{
	const struct process *last = first;
	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		if (process->pid == first->pid && process->start_ns > last->start_ns)
			last = process;
	}
	return last;
}

static size_t count_pids(const struct trace *trace, struct arena *arena)
{
	struct map pids = {0};
	bool fresh;
	for (size_t i = 0; i < trace->processes.count; i++)
		map_number(&pids, arena, &trace->processes.items[i].pid, sizeof(uint64_t), &fresh);
	return pids.count;
}

static void print_head(const struct trace *trace, struct arena *arena)
{
	const struct process *first = first_process(trace);
	uint64_t ran = run_time(trace, first);
	size_t more = count_pids(trace, arena) - 1;

	print_line(STYLE_HEADING, "%s", command_line(arena, first, COMMAND_WIDTH));
	print_line(STYLE_FAINT, "pid %" PRIu64 "%s, %s%s%s; Linux %s %s on %s", first->pid,
		   more ? arena_print(arena, " and %zu more process%s", more, more == 1 ? "" : "es")
			: "",
		   ran ? "ran " : "", ran ? arena_print(arena, "%s, ", amount_ns(ran).text) : "",
		   fate_in_words(arena, &last_image(trace, first)->exit), trace->host.kernel,
		   trace->host.machine, trace->host.name);
	putchar('\n');
}

void summary_line(struct summary *summary, const char *name, const char *value, const char *remark)
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

/* The ledger is exact; units round. */
static const char *exactly(struct arena *arena, uint64_t bytes)
{
	return bytes < 1024 ? "" : arena_print(arena, "%s bytes, ", amount_count(bytes).text);
}

/* Always shown: a zero here says that it was looked for. */
static void copied_line(struct summary *summary, const struct counts *totals, const char *name,
			enum column column, const char *more)
{
	uint64_t copied = counts_get(totals, COLUMN_COPIED);
	const char *remark = "";

	if (copied)
		remark = arena_print(summary->arena, "%s%s of %s copied%s",
				     exactly(summary->arena, totals->of[column]),
				     amount_share(totals->of[column], copied).text,
				     amount_bytes(copied).text, more);
	summary_line(summary, name, amount_bytes(totals->of[column]).text, remark);
}

static void other_line(struct summary *summary, const struct counts *totals, const char *name,
		       enum column column, const char *meaning)
{
	if (totals->of[column])
		summary_line(summary, name, amount_bytes(totals->of[column]).text,
			     arena_print(summary->arena, "%s%s",
					 exactly(summary->arena, totals->of[column]),
					 meaning ? meaning : column_table[column].meaning));
}

/* Calls of the allocator would drown the others, and have a line of their own. */
static uint64_t calls_without_allocator(const struct trace *trace)
{
	uint64_t calls = trace->totals.of[COLUMN_calls];

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		for (size_t k = 0; k < process->by_call.count; k++) {
			const struct call_row *row = &process->by_call.items[k];
			uint64_t allocations =
			    is_allocation(row->name) ? row->counts.of[COLUMN_calls] : 0;
			calls -= allocations < calls ? allocations : calls;
		}
	}
	return calls;
}

static void crossings_line(struct summary *summary, const struct trace *trace)
{
	const struct counts *totals = &trace->totals;
	uint64_t crossings = totals->of[COLUMN_crossings];
	/* What was copied on write is page faults', and they aren't crossings. */
	uint64_t copied = counts_get(totals, COLUMN_COPIED) - totals->of[COLUMN_cow_bytes];
	uint64_t calls = calls_without_allocator(trace), errors = totals->of[COLUMN_errors];
	const char *average = "";

	if (crossings && copied)
		average = arena_print(summary->arena, "; %s copied each on average",
				      amount_bytes(copied / crossings).text);
	summary_line(summary, "crossings", amount_count(crossings).text,
		     arena_print(summary->arena, "in %s call%s, %s error%s%s",
				 amount_count(calls).text, calls == 1 ? "" : "s",
				 amount_count(errors).text, errors == 1 ? "" : "s", average));
}

/* Time of threads side by side adds up to more than the run, so it has no share in that. */
static void time_line(struct summary *summary, const struct trace *trace)
{
	const struct counts *totals = &trace->totals;
	const struct process *first = first_process(trace);
	uint64_t ran = run_time(trace, first), time = totals->of[COLUMN_time_ns];
	bool alone = trace->processes.count == 1 && first->coverage.threads <= 1;
	const char *share = "";

	if (ran && alone)
		share =
		    arena_print(summary->arena, "%s of the run; ", amount_share(time, ran).text);
	summary_line(summary, "time in calls", amount_ns(time).text,
		     arena_print(summary->arena, "%sof it %s blocked", share,
				 amount_ns(totals->of[COLUMN_blocked_ns]).text));
}

void report_summary(const struct report *report)
{
	struct trace *trace = report->trace;
	const struct counts *totals = &trace->totals;
	struct summary summary = {.arena = &trace->arena};

	print_head(trace, &trace->arena);
	copied_line(&summary, totals, "to user", COLUMN_to_user_bytes, "");
	copied_line(&summary, totals, "from user", COLUMN_from_user_bytes, "");
	if (totals->of[COLUMN_in_kernel_bytes])
		copied_line(&summary, totals, "in kernel", COLUMN_in_kernel_bytes, "");
	if (totals->of[COLUMN_cow_bytes])
		copied_line(&summary, totals, "on write", COLUMN_cow_bytes, summary_of_cow(trace));
	other_line(&summary, totals, "by reference", COLUMN_by_reference_bytes, NULL);
	other_line(&summary, totals, "discarded", COLUMN_discarded_bytes, NULL);
	other_line(&summary, totals, "zero-filled", COLUMN_zero_filled_bytes,
		   summary_of_zeros(trace));
	other_line(&summary, totals, "in process", COLUMN_in_process_bytes,
		   "copied by memcpy and its kin, in no other column");
	crossings_line(&summary, trace);
	time_line(&summary, trace);
	summary_memory(&summary, trace);
	summary_faults(&summary, trace);
	table_print(&summary.table, "  ");
	putchar('\n');
	report_movers(report);
}
