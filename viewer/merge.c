/*
 * merge.c - makes one trace of several processes' traces; equal frames and stacks become one.
 */
#include "trace_io.h"

#include <string.h>

#define APPEND(arena, list)                                                                        \
	((list).items = arena_grow(arena, (list).items, (list).count, sizeof(*(list).items)),      \
	 &(list).items[(list).count++])

/* A frame is the same frame in every process: where the file was loaded doesn't matter. */
static size_t frame_number(struct trace *trace, const struct frame *frame, bool *fresh)
{
	char *key =
	    arena_print(&trace->arena, "%s\n%s\n%llx", frame->build_id ? frame->build_id : "",
			frame->module ? frame->module : "", (unsigned long long)frame->offset);
	return map_number(&trace->frame_numbers, &trace->arena, key, strlen(key), fresh);
}

static uint64_t add_frame(struct trace *into, const struct frame *frame)
{
	bool fresh;
	size_t number = frame_number(into, frame, &fresh);

	if (fresh) {
		*APPEND(&into->arena, into->frames) = *frame;
		return number;
	}
	struct frame *known = &into->frames.items[number];
	if (!known->function && frame->function) {
		known->function = frame->function;
		known->function_offset = frame->function_offset;
	}
	if (!known->file && frame->file) {
		known->file = frame->file;
		known->line = frame->line;
	}
	return number;
}

static uint64_t add_stack(struct trace *into, const struct frames *stack)
{
	bool fresh;
	size_t number = map_number(&into->stack_numbers, &into->arena, stack->items,
				   stack->count * sizeof(*stack->items), &fresh);
	if (fresh)
		*APPEND(&into->arena, into->stacks) = *stack;
	return number;
}

/* The same trace may be given twice, or beside the region that it was made of. */
static void add_untraced(struct trace *into, const struct untraced_process_row *process)
{
	const uint64_t key[] = {process->pid, process->start_ns};
	bool fresh;
	map_number(&into->untraced_numbers, &into->arena, key, sizeof(key), &fresh);
	if (fresh)
		*APPEND(&into->arena, into->untraced_processes) = *process;
}

void trace_steal(struct trace *into, struct trace *more)
{
	if (!into->copytrace.schema) {
		into->copytrace = (struct identity){TRACE_SCHEMA, COPYTRACE_VERSION};
		into->host = more->host;
	}
	arena_steal(&into->arena, &more->arena);
	counts_add(&into->totals, &more->totals);

	uint64_t *frames = arena_take_array(&into->arena, more->frames.count + 1, sizeof(*frames));
	uint64_t *stacks = arena_take_array(&into->arena, more->stacks.count + 1, sizeof(*stacks));
	for (size_t i = 0; i < more->frames.count; i++)
		frames[i] = add_frame(into, &more->frames.items[i]);
	for (size_t i = 0; i < more->stacks.count; i++) {
		struct frames *stack = &more->stacks.items[i];
		for (size_t k = 0; k < stack->count; k++)
			stack->items[k] = frames[stack->items[k]];
		stacks[i] = add_stack(into, stack);
	}
	for (size_t i = 0; i < more->processes.count; i++) {
		struct process *process = APPEND(&into->arena, into->processes);
		*process = more->processes.items[i];
		for (size_t k = 0; k < process->by_stack.count; k++)
			if (process->by_stack.items[k].stack != UNKNOWN)
				process->by_stack.items[k].stack =
				    stacks[process->by_stack.items[k].stack];
	}
	for (size_t i = 0; i < more->untraced_processes.count; i++)
		add_untraced(into, &more->untraced_processes.items[i]);
	*more = (struct trace){0};
}
