/*
 * sharers.c - the processes of a trace as memories that forks made of one another.
 */
#include "sharers.h"

#include <stdlib.h>
#include <string.h>

static bool is_parents(const struct fork_row *fork)
{
	return !strcmp(fork->side, "parent");
}

static const struct fork_row *birth_of(const struct process *process)
{
	const struct faults *faults = &process->faults;
	bool born = faults->forks.count && !is_parents(&faults->forks.items[0]);
	return born ? &faults->forks.items[0] : NULL;
}

/* The last that a record knows of: it may be of a process that was killed. */
static uint64_t last_sign(const struct faults *faults)
{
	uint64_t last = faults->begun_ns;
	for (size_t i = 0; i < faults->forks.count; i++) {
		const struct fork_row *fork = &faults->forks.items[i];
		last = fork->made_ns > last ? fork->made_ns : last;
		for (size_t k = 0; k < fork->runs.count; k++)
			if (fork->runs.items[k].last_ns > last)
				last = fork->runs.items[k].last_ns;
	}
	return last;
}

static int by_joining(const void *a, const void *b)
{
	const struct sharer *x = a, *y = b;
	return x->joined_ns < y->joined_ns ? -1 : x->joined_ns > y->joined_ns;
}

static int by_making(const void *a, const void *b)
{
	const struct maker *x = a, *y = b;
	return x->made_ns < y->made_ns ? -1 : x->made_ns > y->made_ns;
}

static int by_pid_and_begin(const void *a, const void *b)
{
	const struct process *x = *(struct process *const *)a, *y = *(struct process *const *)b;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->faults.begun_ns < y->faults.begun_ns ? -1
						       : x->faults.begun_ns > y->faults.begun_ns;
}

static void add_record(struct sharers *sharers, struct process *process)
{
	const struct fork_row *birth = birth_of(process);
	uint64_t ended = process->faults.ended_ns;
	sharers->items[sharers->count++] = (struct sharer){
	    .process = process,
	    .parent = NO_SHARER,
	    .joined_ns = birth ? birth->made_ns : 0,
	    .end = {ended != UNKNOWN ? ended : last_sign(&process->faults), UNKNOWN}};
}

static void sort(struct sharers *sharers)
{
	if (sharers->count)
		qsort(sharers->items, sharers->count, sizeof(*sharers->items), by_joining);
}

/* Whoever left no record may have had children, of whom nothing is known either. */
static void add_unrecorded(struct sharers *sharers)
{
	const size_t records = sharers->count;
	for (size_t i = 0; i < records; i++) {
		const struct faults *faults = &sharers->items[i].process->faults;
		for (size_t k = 0; k < faults->forks.count; k++) {
			const struct fork_row *fork = &faults->forks.items[k];
			struct sharer child = {.joined_ns = fork->made_ns,
					       .parent = NO_SHARER,
					       .end = {fork->made_ns, UNKNOWN}};
			if (is_parents(fork) &&
			    !bsearch(&child, sharers->items, records, sizeof(child), by_joining))
				sharers->items[sharers->count++] = child;
		}
	}
}

static void add_makers(struct sharers *sharers)
{
	for (size_t i = 0; i < sharers->count; i++) {
		const struct process *process = sharers->items[i].process;
		for (size_t k = 0; process && k < process->faults.forks.count; k++) {
			const struct fork_row *fork = &process->faults.forks.items[k];
			if (is_parents(fork))
				sharers->maker[sharers->makers++] =
				    (struct maker){fork->made_ns, i, fork};
		}
	}
	if (sharers->makers)
		qsort(sharers->maker, sharers->makers, sizeof(*sharers->maker), by_making);
}

const struct maker *sharers_find_maker(const struct sharers *sharers, uint64_t made_ns)
{
	struct maker key = {.made_ns = made_ns};
	return sharers->makers ? bsearch(&key, sharers->maker, sharers->makers,
					 sizeof(*sharers->maker), by_making)
			       : NULL;
}

const struct sharer *sharers_find_child(const struct sharers *sharers, uint64_t made_ns)
{
	struct sharer key = {.joined_ns = made_ns};
	return sharers->count ? bsearch(&key, sharers->items, sharers->count,
					sizeof(*sharers->items), by_joining)
			      : NULL;
}

/* Of a fork that the parent didn't announce. */
static size_t parent_by_pid(const struct sharers *sharers, const struct sharer *child)
{
	size_t found = NO_SHARER;
	for (size_t i = 0; i < sharers->count; i++) {
		const struct process *process = sharers->items[i].process;
		if (process && process->pid == child->process->ppid &&
		    process->faults.begun_ns <= child->joined_ns)
			found = i;
	}
	return found;
}

static void find_parents(struct sharers *sharers)
{
	for (size_t i = 0; i < sharers->count; i++) {
		struct sharer *child = &sharers->items[i];
		if (!child->joined_ns)
			continue;
		const struct maker *maker = sharers_find_maker(sharers, child->joined_ns);
		if (!maker) {
			child->parent = parent_by_pid(sharers, child);
			continue;
		}
		child->parent = maker->sharer;
		if (child->process && maker->fork->reaped_ns != UNKNOWN)
			child->end.to = maker->fork->reaped_ns;
	}
}

/* Where a pid became another program, the memory was given up before that began. */
static void end_by_exec(struct sharers *sharers, struct trace *trace, struct arena *arena)
{
	size_t count = trace->processes.count;
	struct process **process = arena_take_array(arena, count + 1, sizeof(struct process *));
	for (size_t i = 0; i < count; i++)
		process[i] = &trace->processes.items[i];
	qsort(process, count, sizeof(struct process *), by_pid_and_begin);
	for (size_t i = 0; i < sharers->count; i++) {
		struct sharer *sharer = &sharers->items[i];
		if (!sharer->process)
			continue;
		struct process **at = bsearch(&sharer->process, process, count,
					      sizeof(struct process *), by_pid_and_begin);
		if (!at || at + 1 == process + count || at[1]->pid != sharer->process->pid ||
		    at[1]->faults.begun_ns == UNKNOWN)
			continue;
		if (at[1]->faults.begun_ns < sharer->end.to)
			sharer->end.to = at[1]->faults.begun_ns;
	}
}

struct sharers sharers_of(struct trace *trace, struct arena *arena)
{
	struct sharers sharers = {0};
	size_t forks = 0;
	for (size_t i = 0; i < trace->processes.count; i++)
		forks += trace->processes.items[i].faults.forks.count;
	size_t most = trace->processes.count + forks + 1;
	sharers.items = arena_take_array(arena, most, sizeof(*sharers.items));
	sharers.maker = arena_take_array(arena, forks + 1, sizeof(*sharers.maker));

	for (size_t i = 0; i < trace->processes.count; i++)
		if (trace->processes.items[i].faults.forks.count)
			add_record(&sharers, &trace->processes.items[i]);
	sort(&sharers);
	add_unrecorded(&sharers);
	sort(&sharers);
	add_makers(&sharers);
	find_parents(&sharers);
	end_by_exec(&sharers, trace, arena);
	return sharers;
}
