/*
 * narrow.c - a trace narrowed to the processes of one program.
 */
#include "narrow.h"

#include "rows.h"

#include <stdlib.h>
#include <string.h>

/* The kernel says so of a program whose file is gone, as it is after a new build of it. */
static const char deleted[] = " (deleted)";

static bool runs(const struct process *process, const char *program)
{
	const char *name = base_name(process->exe);
	size_t n = strlen(program);

	return !strncmp(name, program, n) && (!name[n] || !strcmp(name + n, deleted));
}

/* The images of one pid may have begun at one instant. */
static int by_start(const void *a, const void *b)
{
	const struct process *x = a, *y = b;

	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->image < y->image ? -1 : x->image > y->image;
}

bool trace_has(const struct trace *trace, const char *program, uint64_t number)
{
	uint64_t count = 0;

	for (size_t i = 0; i < trace->processes.count; i++)
		count += runs(&trace->processes.items[i], program);
	return count && count >= number;
}

static void keep_one(struct trace *part, uint64_t number)
{
	struct process *all = part->processes.items;

	qsort(all, part->processes.count, sizeof(*all), by_start);
	part->processes.items = number <= part->processes.count ? &all[number - 1] : all;
	part->processes.count = number <= part->processes.count;
}

bool trace_narrow(struct trace *part, const struct trace *trace, const char *program,
		  uint64_t number)
{
	*part = *trace;
	part->untraced_processes.count = 0;
	part->processes.count = 0;
	part->processes.items =
	    arena_take_array(&part->arena, trace->processes.count, sizeof(*part->processes.items));
	for (size_t i = 0; i < trace->processes.count; i++)
		if (runs(&trace->processes.items[i], program))
			part->processes.items[part->processes.count++] = trace->processes.items[i];
	if (number)
		keep_one(part, number);
	memset(&part->totals, 0, sizeof(part->totals));
	for (size_t i = 0; i < part->processes.count; i++)
		counts_add(&part->totals, &part->processes.items[i].totals);
	return part->processes.count > 0;
}

void trace_narrow_end(const struct trace *part, struct trace *trace)
{
	trace->arena = part->arena;
}
