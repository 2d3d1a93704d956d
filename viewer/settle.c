/*
 * settle.c - how and when processes ended that couldn't say so themselves, by what those were told
 * that waited for them.
 */
#include "trace_io.h"

#include <stdlib.h>
#include <string.h>

/* What happens to a pid: it is forked, becomes another program, and is waited for. */
struct moment_of {
	uint64_t pid, ns;
	bool forked;
	const struct child_row *end; /* or NULL */
};

struct moments {
	size_t count;
	struct moment_of *items;
};

static int by_pid_and_time(const void *a, const void *b)
{
	const struct moment_of *x = a, *y = b;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->ns < y->ns ? -1 : x->ns > y->ns;
}

static void add(struct moments *moments, struct moment_of moment)
{
	moments->items[moments->count++] = moment;
}

static void add_end(struct moments *moments, const struct child_row *child)
{
	add(moments, (struct moment_of){child->pid, child->end_ns, .end = child});
}

static struct moments moments_of(struct trace *trace, const struct child_row *more)
{
	struct moments moments = {0};
	size_t most = trace->processes.count + trace->untraced_processes.count + 1;

	for (size_t i = 0; i < trace->processes.count; i++)
		most += trace->processes.items[i].children.count;
	moments.items = arena_take_array(&trace->arena, most, sizeof(*moments.items));
	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		add(&moments, (struct moment_of){process->pid, process->start_ns, process->forked});
		for (size_t k = 0; k < process->children.count; k++)
			add_end(&moments, &process->children.items[k]);
	}
	for (size_t i = 0; i < trace->untraced_processes.count; i++)
		add(&moments, (struct moment_of){trace->untraced_processes.items[i].pid,
						 trace->untraced_processes.items[i].start_ns});
	if (more)
		add_end(&moments, more);
	qsort(moments.items, moments.count, sizeof(*moments.items), by_pid_and_time);
	return moments;
}

/* What ended the image that began then, or NULL; if it is forked next, that was another process. */
static const struct moment_of *next_of(const struct moments *moments, uint64_t pid,
				       uint64_t after_ns)
{
	const struct moment_of key = {pid, after_ns};
	size_t low = 0, high = moments->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_pid_and_time(&moments->items[middle], &key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	const struct moment_of *next = &moments->items[low];
	return low < moments->count && next->pid == pid && !next->forked ? next : NULL;
}

/* The end of the pid, whatever it became before; the number may be another's later. */
static const struct child_row *end_of(const struct moments *moments, const struct moment_of *next)
{
	const struct moment_of *end = moments->items + moments->count;
	uint64_t pid = next ? next->pid : 0;

	while (next && next < end && next->pid == pid && !next->forked && !next->end)
		next++;
	return next && next < end && next->pid == pid ? next->end : NULL;
}

static void settle_untraced(const struct moments *moments, struct untraced_process_row *process)
{
	const struct moment_of *next = next_of(moments, process->pid, process->start_ns);
	const struct child_row *end = end_of(moments, next);

	if (end)
		process->usage = end->usage;
	if (!next)
		return;
	process->end_ns = next->ns;
	if (next->end)
		process->exit = end->exit;
	else
		process->exit.how = "exec";
}

/*
 * One that was killed left no word; one that was about to end may have been
 * ended otherwise. What the kernel told who waited for it is so.
 */
static void settle_process(const struct moments *moments, struct process *process)
{
	const struct moment_of *next = next_of(moments, process->pid, process->start_ns);
	bool unknown =
	    !strcmp(process->exit.how, "killed") || !strcmp(process->exit.how, "running");

	if (!next || !next->end || !strcmp(process->exit.how, "exec"))
		return;
	if (next->end->exit.signal != UNKNOWN_SIGNED)
		process->exit = next->end->exit;
	else
		process->exit.status = next->end->exit.status;
	if (!unknown)
		return;
	if (process->exit.signal == UNKNOWN_SIGNED)
		process->exit.how = "_exit";
	process->end_ns = next->ns;
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
	struct moments moments = moments_of(trace, more);

	for (size_t i = 0; i < trace->untraced_processes.count; i++)
		settle_untraced(&moments, &trace->untraced_processes.items[i]);
	for (size_t i = 0; i < trace->processes.count; i++)
		settle_process(&moments, &trace->processes.items[i]);
	if (trace->untraced_processes.count)
		qsort(trace->untraced_processes.items, trace->untraced_processes.count,
		      sizeof(*trace->untraced_processes.items), by_start);
}
