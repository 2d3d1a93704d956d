/*
 * merge.c - makes one trace of several processes' traces; equal frames and stacks become one.
 */
#include "own.h"
#include "trace_io.h"

#include <string.h>

#define APPEND(arena, list)                                                                        \
	((list).items = arena_grow(arena, (list).items, (list).count, sizeof(*(list).items)),      \
	 &(list).items[(list).count++])

static const char *own_text(struct trace *into, const char *text)
{
	return map_text(&into->texts, &into->arena, text);
}

/* A frame is the same frame in every process: where the file was loaded doesn't matter. */
static size_t frame_number(struct trace *trace, struct arena *scratch, const struct frame *frame,
			   bool *fresh)
{
	char *key =
	    arena_print(scratch, "%s\n%s\n%llx", frame->build_id ? frame->build_id : "",
			frame->module ? frame->module : "", (unsigned long long)frame->offset);
	return map_number(&trace->frame_numbers, &trace->arena, key, strlen(key), fresh);
}

static uint64_t add_frame(struct trace *into, struct arena *scratch, const struct frame *frame)
{
	bool fresh;
	size_t number = frame_number(into, scratch, frame, &fresh);

	if (fresh) {
		struct frame *added = APPEND(&into->arena, into->frames);
		*added = *frame;
		trace_own(into, &frame_shape, added);
		return number;
	}
	struct frame *known = &into->frames.items[number];
	if (!known->function && frame->function) {
		known->function = own_text(into, frame->function);
		known->function_offset = frame->function_offset;
	}
	if (!known->file && frame->file) {
		known->file = own_text(into, frame->file);
		known->line = frame->line;
	}
	return number;
}

static uint64_t add_stack(struct trace *into, const struct frames *stack)
{
	bool fresh;
	size_t number = map_number(&into->stack_numbers, &into->arena, stack->items,
				   stack->count * sizeof(*stack->items), &fresh);
	if (fresh) {
		struct frames *added = APPEND(&into->arena, into->stacks);
		*added = *stack;
		trace_own(into, &stack_shape, added);
	}
	return number;
}

/* The same trace may be given twice, or beside the region that it was made of. */
static void add_untraced(struct trace *into, const struct untraced_process_row *process)
{
	const uint64_t key[] = {process->pid, process->start_ns};
	bool fresh;
	map_number(&into->untraced_numbers, &into->arena, key, sizeof(key), &fresh);
	if (fresh) {
		struct untraced_process_row *added = APPEND(&into->arena, into->untraced_processes);
		*added = *process;
		trace_own(into, &untraced_process_shape, added);
	}
}

/* Mappings are each process's own, and keep their numbers. */
#define RENUMBER(rows, numbers)                                                                    \
	for (size_t row = 0; row < (rows).count; row++)                                            \
		if ((rows).items[row].stack != UNKNOWN)                                            \
			(rows).items[row].stack = (numbers)[(rows).items[row].stack];

static void add_process(struct trace *into, const struct process *process, const uint64_t *stacks)
{
	struct process *added = APPEND(&into->arena, into->processes);

	*added = *process;
	trace_own(into, &process_shape, added);
	RENUMBER(added->by_stack, stacks)
	RENUMBER(added->faults.rows, stacks)
	RENUMBER(added->memory.by_stack, stacks)
	RENUMBER(added->memory.large_blocks, stacks)
}

/*
 * What is added is copied, texts and stacks that are there already aren't, and
 * the memory of the other is given back: of ten thousand records most is the
 * same.
 */
void trace_steal(struct trace *into, struct trace *more)
{
	struct arena *scratch = &more->arena;

	if (!into->copytrace.schema) {
		into->copytrace = (struct identity){TRACE_SCHEMA, COPYTRACE_VERSION};
		into->host = more->host;
		trace_own(into, &host_shape, &into->host);
	}
	counts_add(&into->totals, &more->totals);

	uint64_t *frames = arena_take_array(scratch, more->frames.count + 1, sizeof(*frames));
	uint64_t *stacks = arena_take_array(scratch, more->stacks.count + 1, sizeof(*stacks));
	for (size_t i = 0; i < more->frames.count; i++)
		frames[i] = add_frame(into, scratch, &more->frames.items[i]);
	for (size_t i = 0; i < more->stacks.count; i++) {
		struct frames *stack = &more->stacks.items[i];
		for (size_t k = 0; k < stack->count; k++)
			stack->items[k] = frames[stack->items[k]];
		stacks[i] = add_stack(into, stack);
	}
	for (size_t i = 0; i < more->processes.count; i++)
		add_process(into, &more->processes.items[i], stacks);
	for (size_t i = 0; i < more->untraced_processes.count; i++)
		add_untraced(into, &more->untraced_processes.items[i]);
	trace_close(more);
}

size_t trace_drop_known(struct trace *trace, struct map *known, struct arena *arena)
{
	struct arena *scratch = &trace->arena;
	size_t kept = 0, count = trace->processes.count;
	bool fresh;

	for (size_t i = 0; i < count; i++) {
		const struct process *process = &trace->processes.items[i];
		const char *key =
		    arena_print(scratch, "%s %s", process_key(scratch, process), trace->host.name);
		map_number(known, arena, key, strlen(key), &fresh);
		if (fresh)
			trace->processes.items[kept++] = *process;
	}
	trace->processes.count = kept;
	if (kept < count) {
		trace->totals = (struct counts){0};
		for (size_t i = 0; i < kept; i++)
			counts_add(&trace->totals, &trace->processes.items[i].totals);
	}
	return count - kept;
}

bool trace_is_empty(const struct trace *trace)
{
	return !trace->processes.count && !trace->untraced_processes.count;
}
