/*
 * settle.c - how and when processes ended that couldn't say so themselves, by what those were told
 * that waited for them.
 */
#include "trace_io.h"

#include <stdlib.h>
#include <string.h>

struct settling {
	const struct trace *trace;
	const struct child_row *more;
};

static bool is_end(const struct child_row *child, uint64_t pid, uint64_t after_ns)
{
	return child && child->pid == pid && child->end_ns >= after_ns;
}

/* The end of a pid at or after a moment; the first, for a number is given to others later. */
static const struct child_row *find_end(const struct settling *settling, uint64_t pid,
					uint64_t after_ns)
{
	const struct trace *trace = settling->trace;
	const struct child_row *found = NULL;

	if (is_end(settling->more, pid, after_ns))
		found = settling->more;
	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *parent = &trace->processes.items[i];
		for (size_t k = 0; k < parent->children.count; k++) {
			const struct child_row *child = &parent->children.items[k];
			if (is_end(child, pid, after_ns) &&
			    (!found || child->end_ns < found->end_ns))
				found = child;
		}
	}
	return found;
}

/* When a pid became another program after a moment, or UNKNOWN. */
static uint64_t find_next_image(const struct trace *trace, uint64_t pid, uint64_t after_ns)
{
	uint64_t next = UNKNOWN;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		if (process->pid == pid && !process->forked && process->start_ns > after_ns &&
		    process->start_ns < next)
			next = process->start_ns;
	}
	for (size_t i = 0; i < trace->untraced_processes.count; i++) {
		const struct untraced_process_row *process = &trace->untraced_processes.items[i];
		if (process->pid == pid && process->start_ns > after_ns && process->start_ns < next)
			next = process->start_ns;
	}
	return next;
}

static void settle_untraced(const struct settling *settling, struct untraced_process_row *process)
{
	const struct child_row *end = find_end(settling, process->pid, process->start_ns);
	uint64_t next = find_next_image(settling->trace, process->pid, process->start_ns);

	if (end)
		process->usage = end->usage;
	if (next != UNKNOWN && (!end || next < end->end_ns)) {
		process->end_ns = next;
		process->exit.how = "exec";
	} else if (end) {
		process->end_ns = end->end_ns;
		process->exit = end->exit;
	}
}

/* It left no word: what ended it is known to who waited for it. */
static void settle_killed(const struct settling *settling, struct process *process)
{
	const struct child_row *end = find_end(settling, process->pid, process->start_ns);
	uint64_t next = find_next_image(settling->trace, process->pid, process->start_ns);

	if (!end || next < end->end_ns)
		return;
	process->exit = end->exit;
	if (process->exit.signal == UNKNOWN_SIGNED)
		process->exit.how = "_exit";
	process->end_ns = end->end_ns;
}

static int by_start(const void *a, const void *b)
{
	const struct untraced_process_row *x = a, *y = b;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

void trace_settle(struct trace *trace, const struct child_row *more)
{
	struct settling settling = {trace, more};

	if (trace->untraced_processes.count)
		qsort(trace->untraced_processes.items, trace->untraced_processes.count,
		      sizeof(*trace->untraced_processes.items), by_start);
	for (size_t i = 0; i < trace->untraced_processes.count; i++)
		settle_untraced(&settling, &trace->untraced_processes.items[i]);
	for (size_t i = 0; i < trace->processes.count; i++)
		if (!strcmp(trace->processes.items[i].exit.how, "killed"))
			settle_killed(&settling, &trace->processes.items[i]);
}
