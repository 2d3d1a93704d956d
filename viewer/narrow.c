/*
 * narrow.c - a trace narrowed to the processes of one program.
 */
#include "narrow.h"

#include "rows.h"

#include <string.h>

/* The kernel says so of a program whose file is gone, as it is after a new build of it. */
static const char deleted[] = " (deleted)";

static bool runs(const struct process *process, const char *program)
{
	const char *name = base_name(process->exe);
	size_t n = strlen(program);

	return !strncmp(name, program, n) && (!name[n] || !strcmp(name + n, deleted));
}

/* Whether a process started before another; the images of one pid may have begun at one instant. */
static bool precedes(const struct process *a, const struct process *b)
{
	if (a->start_ns != b->start_ns)
		return a->start_ns < b->start_ns;
	return a->pid != b->pid ? a->pid < b->pid : a->image < b->image;
}

/* Which of its program's processes this one is, counted from 1. */
static uint64_t number_of(const struct trace *trace, const struct process *process,
			  const char *program)
{
	uint64_t number = 1;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *other = &trace->processes.items[i];
		number += runs(other, program) && precedes(other, process);
	}
	return number;
}

static bool is_meant(const struct trace *trace, const struct process *process, const char *program,
		     uint64_t number)
{
	return runs(process, program) && (!number || number == number_of(trace, process, program));
}

bool trace_has(const struct trace *trace, const char *program, uint64_t number)
{
	for (size_t i = 0; i < trace->processes.count; i++)
		if (is_meant(trace, &trace->processes.items[i], program, number))
			return true;
	return false;
}

bool trace_narrow(struct trace *part, const struct trace *trace, const char *program,
		  uint64_t number)
{
	*part = *trace;
	part->untraced_processes.count = 0;
	part->processes.count = 0;
	part->processes.items =
	    arena_take_array(&part->arena, trace->processes.count, sizeof(*part->processes.items));
	memset(&part->totals, 0, sizeof(part->totals));
	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		if (!is_meant(trace, process, program, number))
			continue;
		part->processes.items[part->processes.count++] = *process;
		counts_add(&part->totals, &process->totals);
	}
	return part->processes.count > 0;
}

void trace_narrow_end(const struct trace *part, struct trace *trace)
{
	trace->arena = part->arena;
}
