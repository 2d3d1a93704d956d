/*
 * rows.c - the ledger's rows over all processes of a trace, grouped and ordered.
 */
#include "rows.h"

#include "demangle.h"
#include "grouper.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct row *row_for(struct grouper *grouper, const char *key, const struct counts *counts,
		    bool *fresh)
{
	struct rows *rows = &grouper->rows;
	size_t number = map_number(&grouper->map, grouper->arena, key, strlen(key), fresh);

	if (*fresh) {
		rows->items =
		    arena_grow(grouper->arena, rows->items, rows->count, sizeof(*rows->items));
		rows->items[rows->count++] = (struct row){.key = key};
	}
	counts_add(&rows->items[number].counts, counts);
	return &rows->items[number];
}

static void add_calls(struct grouper *grouper, const struct process *process)
{
	bool fresh;
	for (size_t i = 0; i < process->by_call.count; i++) {
		const struct call_row *call = &process->by_call.items[i];
		const char *key = arena_print(grouper->arena, "%s\t%s", call->layer, call->name);
		struct row *row = row_for(grouper, key, &call->counts, &fresh);
		row->layer = call->layer;
		row->call = call->name;
		sizes_add(&row->sizes, &call->sizes);
	}
}

static void add_objects(struct grouper *grouper, const struct process *process, bool by_kind)
{
	bool fresh;
	for (size_t i = 0; i < process->by_object.count; i++) {
		const struct object_row *object = &process->by_object.items[i];
		const char *key =
		    by_kind ? object->kind
			    : arena_print(grouper->arena, "%s\t%s", object->kind, object->name);
		struct row *row = row_for(grouper, key, &object->counts, &fresh);
		row->kind = object->kind;
		row->name = by_kind ? NULL : object->name;
	}
}

static void add_flows(struct grouper *grouper, const struct process *process)
{
	bool fresh;
	for (size_t i = 0; i < process->flows.count; i++) {
		const struct flow_row *flow = &process->flows.items[i];
		const char *key = arena_print(grouper->arena, "%s\t%s\t%s\t%s\t%s\t%s", flow->layer,
					      flow->name, flow->source.kind, flow->source.name,
					      flow->sink.kind, flow->sink.name);
		struct row *row = row_for(grouper, key, &flow->counts, &fresh);
		row->layer = flow->layer;
		row->call = flow->name;
		row->flow = flow;
	}
}

static void add_process(struct grouper *grouper, const struct process *process, size_t number)
{
	bool fresh;
	const char *key = arena_print(grouper->arena, "%" PRIu64 "\t%" PRIu64 "\t%zu", process->pid,
				      process->image, number);
	row_for(grouper, key, &process->totals, &fresh)->process = process;
}

static void add_program(struct grouper *grouper, const struct process *process)
{
	bool fresh;
	struct row *row = row_for(grouper, process->exe, &process->totals, &fresh);
	row->name = process->exe;
	row->records++;
}

const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

const char *frame_name(struct arena *arena, const struct frame *frame)
{
	if (frame->function)
		return demangle(arena, frame->function);
	if (!frame->module)
		return arena_print(arena, "0x%" PRIx64, frame->offset);
	return arena_print(arena, "%s+0x%" PRIx64, base_name(frame->module), frame->offset);
}

const char *innermost_frames(struct trace *trace, const struct frames *stack, size_t most)
{
	const char *text = "";

	for (size_t i = 0; i < stack->count && i < most; i++)
		text =
		    arena_print(&trace->arena, "%s%s%s", text, i ? " < " : "",
				frame_name(&trace->arena, &trace->frames.items[stack->items[i]]));
	return text;
}

/* Without what a compiler appends to the copies it makes of a function; it may differ between
 * builds. */
static int plain_length(const char *function)
{
	static const char *const suffixes[] = {".constprop.", ".isra.", ".part.", ".cold",
					       ".lto_priv.",  ".llvm.", ".clone."};
	size_t length = strlen(function);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		const char *at = strstr(function, suffixes[i]);
		if (at && at > function && (size_t)(at - function) < length)
			length = at - function;
	}
	return (int)length;
}

/* One frame in a key that must not hold addresses, nor the name of the program itself. */
static const char *function_key(struct arena *arena, const struct frame *frame, const char *exe)
{
	if (frame->function)
		return arena_print(arena, "%.*s", plain_length(frame->function), frame->function);
	if (!frame->module)
		return "(no file)";
	if (!strcmp(frame->module, exe))
		return "(the program)";
	return arena_print(arena, "(%s)", base_name(frame->module));
}

static char *stack_key(struct arena *arena, const struct trace *trace, const struct frames *stack,
		       const char *exe)
{
	size_t bytes = 1;
	const char **names = arena_take_array(arena, stack->count + 1, sizeof(*names));

	for (size_t i = 0; i < stack->count; i++) {
		names[i] = function_key(arena, &trace->frames.items[stack->items[i]], exe);
		bytes += strlen(names[i]) + 1;
	}
	char *key = arena_take(arena, bytes), *end = key;
	for (size_t i = 0; i < stack->count; i++) {
		end = stpcpy(end, names[i]);
		*end++ = '\n';
	}
	*end = 0;
	return key;
}

const char *stack_identity(struct grouper *grouper, const struct process *process, uint64_t stack,
			   const char *why, enum grouping grouping)
{
	const struct trace *trace = grouper->trace;

	if (stack == UNKNOWN)
		return why ? why : "no stack";
	const struct frames *frames = &trace->stacks.items[stack];
	if (grouping == BY_STACK)
		return arena_print(grouper->arena, "%" PRIu64, stack);
	if (grouping == BY_FUNCTIONS)
		return stack_key(grouper->arena, trace, frames, process->exe);
	if (!frames->count)
		return "an empty stack";
	return function_key(grouper->arena, &trace->frames.items[frames->items[0]], process->exe);
}

static void add_stacks(struct grouper *grouper, const struct process *process,
		       enum grouping grouping)
{
	bool fresh;
	for (size_t i = 0; i < process->by_stack.count; i++) {
		const struct stack_row *from = &process->by_stack.items[i];
		const char *identity =
		    stack_identity(grouper, process, from->stack, from->why, grouping);
		const char *key =
		    arena_print(grouper->arena, "%s\t%s\t%s", from->layer, from->name, identity);
		struct row *row = row_for(grouper, key, &from->counts, &fresh);
		if (!fresh)
			continue;
		row->layer = from->layer;
		row->call = from->name;
		if (from->stack == UNKNOWN)
			row->why = identity;
		else if (grouping == BY_FUNCTION)
			row->function = identity;
		else
			row->stack = &grouper->trace->stacks.items[from->stack];
	}
}

struct rows rows_of(struct trace *trace, enum grouping grouping)
{
	struct grouper grouper = {.trace = trace, .arena = &trace->arena};

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		switch (grouping) {
		case BY_CALL:
			add_calls(&grouper, process);
			break;
		case BY_OBJECT:
		case BY_KIND:
			add_objects(&grouper, process, grouping == BY_KIND);
			break;
		case BY_STACK:
		case BY_FUNCTION:
		case BY_FUNCTIONS:
			add_stacks(&grouper, process, grouping);
			break;
		case BY_FLOW:
			add_flows(&grouper, process);
			break;
		case BY_PROCESS:
			add_process(&grouper, process, i);
			break;
		case BY_PROGRAM:
			add_program(&grouper, process);
			break;
		case BY_FAULT:
		case BY_FAULT_PLACE:
		case BY_FAULT_STACK:
		case BY_REASON:
			group_faults(&grouper, process, grouping);
			break;
		case BY_MAPPING:
			group_mappings(&grouper, process);
			break;
		case BY_ALLOCATION:
		case BY_ALLOCATION_FUNCTIONS:
			group_allocations(&grouper, process, grouping);
			break;
		case BY_LARGE_BLOCK:
			group_large_blocks(&grouper, process);
			break;
		}
	}
	return grouper.rows;
}

struct rows rows_of_layer(struct arena *arena, const struct rows *rows, const char *layer)
{
	struct rows some = {0, arena_take_array(arena, rows->count + 1, sizeof(struct row))};
	for (size_t i = 0; i < rows->count; i++)
		if (!strcmp(rows->items[i].layer, layer))
			some.items[some.count++] = rows->items[i];
	return some;
}

static int descending(uint64_t a, uint64_t b)
{
	return a > b ? -1 : a < b;
}

static int compare_rows(const void *a, const void *b, void *column)
{
	const struct row *x = a, *y = b;
	const int columns[] = {
	    *(int *)column, COLUMN_COPIED,	 COLUMN_returned_bytes, COLUMN_by_reference_bytes,
	    COLUMN_calls,   COLUMN_minor_faults,
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		int order = descending(counts_get(&x->counts, columns[i]),
				       counts_get(&y->counts, columns[i]));
		if (order)
			return order;
	}
	return strcmp(x->key, y->key);
}

void rows_sort(struct rows *rows, int column)
{
	if (rows->count)
		qsort_r(rows->items, rows->count, sizeof(*rows->items), compare_rows, &column);
}
