/*
 * report_forks.c - the table of processes that forks made of one another: what it cost, what of the
 * pages that both had was copied, and what reused.
 */
#include "sheet.h"
#include "units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHYS_MOST 8

/* All forks in which one process took part. */
struct forks_of {
	const struct process *process;
	uint64_t made, cost_ns, shared_bytes, least_bytes, most_bytes, reused_bytes;
};

struct whys {
	size_t count;
	const char *why[WHYS_MOST];
	size_t times[WHYS_MOST];
};

static uint64_t known(uint64_t value)
{
	return value == UNKNOWN ? 0 : value;
}

static struct forks_of sum(const struct process *process, uint64_t page_bytes)
{
	struct forks_of all = {.process = process, .cost_ns = UNKNOWN};
	for (size_t i = 0; i < process->faults.forks.count; i++) {
		const struct fork_row *fork = &process->faults.forks.items[i];
		all.made += !strcmp(fork->side, "parent");
		if (fork->cost_ns != UNKNOWN)
			all.cost_ns = known(all.cost_ns) + fork->cost_ns;
		if (known(fork->present_bytes) > all.shared_bytes)
			all.shared_bytes = fork->present_bytes;
		all.least_bytes += known(fork->copied_bytes_least);
		all.most_bytes += known(fork->copied_bytes_most);
		all.reused_bytes += known(fork->reused_pages) * page_bytes;
	}
	return all;
}

static int by_copies(const void *a, const void *b)
{
	const struct forks_of *x = a, *y = b;
	if (x->most_bytes != y->most_bytes)
		return x->most_bytes > y->most_bytes ? -1 : 1;
	return x->process < y->process ? -1 : x->process > y->process;
}

static void add_whys(struct whys *whys, const struct process *process)
{
	for (size_t i = 0; i < process->faults.forks.count; i++) {
		const char *why = process->faults.forks.items[i].why;
		size_t k = 0;
		while (why && k < whys->count && strcmp(whys->why[k], why))
			k++;
		if (!why || k == WHYS_MOST)
			continue;
		whys->why[k] = why;
		whys->times[k]++;
		whys->count = k < whys->count ? whys->count : k + 1;
	}
}

static void add_row(struct text_table *table, const struct forks_of *forks)
{
	const struct {
		enum unit unit;
		uint64_t value;
	} numbers[] = {
	    {UNIT_COUNT, forks->made},	       {UNIT_NS, forks->cost_ns},
	    {UNIT_BYTES, forks->shared_bytes}, {UNIT_BYTES, forks->least_bytes},
	    {UNIT_BYTES, forks->most_bytes},   {UNIT_BYTES, forks->reused_bytes},
	};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		amount_cell(table, numbers[i].unit, numbers[i].value);
	table_cell(table, arena_print(table->arena, "%" PRIu64, forks->process->pid), STYLE_PLAIN);
	table_cell(table, command_line(table->arena, forks->process, 60), STYLE_HEADING);
}

static void print_whys(const struct whys *whys)
{
	for (size_t i = 0; i < whys->count; i++)
		print_line(STYLE_FAINT, "  of %s fork%s it is not known exactly: %s",
			   amount_count(whys->times[i]).text, whys->times[i] == 1 ? "" : "s",
			   whys->why[i]);
}

void report_forks(const struct report *report)
{
	static const char *const titles[] = {"FORKS",	    "COST",   "SHARED", "COPIED LEAST",
					     "COPIED MOST", "REUSED", "PID"};
	struct arena *arena = &report->trace->arena;
	const struct trace *trace = report->trace;
	struct text_table table = {.arena = arena};
	struct forks_of *all = arena_take_array(arena, trace->processes.count + 1, sizeof(*all));
	struct whys whys = {0};
	size_t count = 0;

	for (size_t i = 0; i < trace->processes.count; i++) {
		if (!trace->processes.items[i].faults.forks.count)
			continue;
		all[count++] = sum(&trace->processes.items[i], trace->host.page_bytes);
		add_whys(&whys, &trace->processes.items[i]);
	}
	if (!count)
		return;
	qsort(all, count, sizeof(*all), by_copies);
	size_t shown = report->limit && count > report->limit ? report->limit : count;
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++)
		table_column(&table, titles[i], RIGHT);
	table_column(&table, "PROGRAM", LEFT);
	for (size_t i = 0; i < shown; i++)
		add_row(&table, &all[i]);
	print_line(STYLE_HEADING, "Forks: what was shared, copied on write, and reused by the last "
				  "to have it");
	table_print(&table, "  ");
	print_whys(&whys);
	print_rest(count - shown);
}
