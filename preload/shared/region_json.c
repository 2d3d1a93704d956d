/*
 * region_json.c - turns a live region into the JSON of a trace.
 */
#include "shared/region_json.h"

#include "shared/redact.h"
#include "shared/region_account.h"
#include "shared/region_allocations.h"
#include "shared/region_children.h"
#include "shared/region_faults.h"
#include "shared/region_frames.h"
#include "shared/region_ledger.h"
#include "shared/region_mappings.h"

#include <string.h>

#define TRACE_SCHEMA 1

const char *region_complaint(const struct region_view *view)
{
	const struct region *region = view->region;
	if (view->bytes < sizeof(*region))
		return "too short to be a live region";
	if (memcmp(region->magic, REGION_MAGIC, sizeof(region->magic)) != 0)
		return "not a live region";
	if (region->layout != REGION_LAYOUT || region->header_bytes != sizeof(*region))
		return "a live region of another version of copytrace; read it with that version";
	if (region->fingerprint != table_fingerprint())
		return "a live region with other tables than this copytrace; read it with the "
		       "version "
		       "that wrote it";
	const struct {
		const struct table *table;
		size_t bytes;
	} tables[] = {
	    {&region->threads, sizeof(struct thread)},
	    {&region->objects, sizeof(struct object)},
	    {&region->stacks, sizeof(struct stack)},
	    {&region->modules, sizeof(struct module)},
	    {&region->overflow, sizeof(struct cell)},
	    {&region->untraced, sizeof(struct untraced)},
	    {&region->untraced_processes, sizeof(struct untraced_process)},
	    {&region->children, sizeof(struct child)},
	    {&region->fault_cells, sizeof(struct fault_cell)},
	    {&region->stacks_live, sizeof(struct stack_live)},
	    {&region->large_rows, sizeof(struct large_row)},
	    {&region->mappings, sizeof(struct mapping)},
	};
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		if (tables[i].table->record_bytes != tables[i].bytes)
			return "a damaged live region: a table has records of another size";
	return NULL;
}

static void write_columns(struct json_out *out, const uint64_t column[COLUMNS])
{
	for (int i = 0; i < COLUMNS; i++)
		emit_uint(out, column_table[i].name, column[i]);
}

static void write_text(struct json_out *out, const char *key, const struct region_view *view,
		       const struct text *text)
{
	const char *bytes = text_at(view, text);
	if (bytes)
		emit_text(out, key, bytes, text->bytes);
	else
		emit_string(out, key, "(lost)");
}

static void write_path(struct json_out *out, const char *key, const struct region_view *view,
		       const struct text *text)
{
	const char *bytes = text_at(view, text);
	if (bytes)
		emit_private(out, key, view->region, bytes, text->bytes);
	else
		emit_string(out, key, "(lost)");
}

static void write_arguments(struct json_out *out, const struct region_view *view)
{
	const struct text *text = &view->region->arguments;
	const char *bytes = region_at(view, text->at, text->bytes);
	emit_open(out, "argv", '[');
	for (size_t first = 0, i = 0; bytes && i < text->bytes; i++) {
		if (bytes[i] == '\0') {
			emit_private(out, NULL, view->region, bytes + first, i - first);
			first = i + 1;
		}
	}
	emit_close(out, ']');
}

static void write_exit(struct json_out *out, const struct region *region,
		       const struct region_fate *fate)
{
	static const char *const how[] = {
	    [ENDING_NONE] = "killed",
	    [ENDING_EXIT] = "exit",
	    [ENDING_IMMEDIATE_EXIT] = "_exit",
	    [ENDING_QUICK_EXIT] = "quick_exit",
	    [ENDING_EXEC] = "exec",
	};
	bool ended = region->ending != ENDING_NONE && region->ending < sizeof(how) / sizeof(*how);
	emit_open(out, "exit", '{');
	if (ended) {
		emit_string(out, "how", how[region->ending]);
		if (region->ending == ENDING_EXIT || region->ending == ENDING_IMMEDIATE_EXIT)
			emit_int(out, "status", region->status);
	} else if (fate && fate->running) {
		emit_string(out, "how", "running");
	} else if (fate && fate->signal) {
		emit_string(out, "how", "signal");
		emit_int(out, "signal", fate->signal);
	} else {
		emit_string(out, "how", how[ENDING_NONE]);
	}
	emit_close(out, '}');
}

/* Calls */

static void layer_and_name(struct json_out *out, unsigned call)
{
	emit_string(out, "layer", layer_name[call_table[call].layer]);
	emit_string(out, "name", call_table[call].name);
}

static void write_by_call(struct json_out *out, const struct ledger *ledger)
{
	emit_open(out, "by_call", '[');
	for (unsigned call = 1; call < CALLS; call++) {
		const struct row *row = &ledger->by_call[call];
		if (!ledger->used[call])
			continue;
		emit_newline(out);
		emit_open(out, NULL, '{');
		layer_and_name(out, call);
		write_columns(out, row->column);
		account_write_sizes(out, row->bucket);
		emit_close(out, '}');
	}
	emit_close(out, ']');
}

/* Objects and stacks: runs of cells with one key become one row */

static int by_object(const struct cell *a, const struct cell *b)
{
	return a->object < b->object ? -1 : a->object > b->object;
}

static int by_stack(const struct cell *a, const struct cell *b)
{
	if (a->stack != b->stack)
		return a->stack < b->stack ? -1 : 1;
	return a->call < b->call ? -1 : a->call > b->call;
}

static int by_flow(const struct cell *a, const struct cell *b)
{
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	if (a->object != b->object)
		return a->object < b->object ? -1 : 1;
	return a->call < b->call ? -1 : a->call > b->call;
}

struct writer {
	const struct region_view *view;
	struct ledger *ledger;
	struct json_out *out;
	uint32_t stacks;
};

static void write_object(const struct writer *w, uint32_t index)
{
	const struct object *object = table_at(w->view, &w->view->region->objects, index);
	if (index == OBJECT_NONE) {
		emit_string(w->out, "kind", "none");
		emit_string(w->out, "name", "(no object)");
	} else if (index == OBJECT_OTHER || !object || !object->ready || object->kind >= KINDS) {
		emit_string(w->out, "kind", "other");
		emit_string(w->out, "name", "(other)");
	} else {
		emit_string(w->out, "kind", kind_table[object->kind].name);
		write_path(w->out, "name", w->view, &object->name);
	}
}

static void object_head(const struct writer *w, const struct cell *cell)
{
	write_object(w, cell->object);
}

static void stack_head(const struct writer *w, const struct cell *cell)
{
	layer_and_name(w->out, cell->call);
	frames_write_reference(w->out, cell->stack, w->stacks);
}

static void flow_head(const struct writer *w, const struct cell *cell)
{
	layer_and_name(w->out, cell->call);
	emit_open(w->out, "source", '{');
	write_object(w, cell->source);
	emit_close(w->out, '}');
	emit_open(w->out, "sink", '{');
	write_object(w, cell->object);
	emit_close(w->out, '}');
}

static bool any_cell(const struct cell *cell)
{
	return true;
}

static bool has_source(const struct cell *cell)
{
	return cell->source != OBJECT_NONE;
}

static bool counted_here(const struct cell *cell)
{
	return !(call_table[cell->call].flags & (ALLOC | IN_PROCESS));
}

static void write_groups(const struct writer *w, const char *key,
			 int (*compare)(const struct cell *, const struct cell *),
			 bool (*wanted)(const struct cell *),
			 void (*head)(const struct writer *, const struct cell *),
			 void (*add)(const struct ledger *, uint64_t *, const struct cell *))
{
	struct ledger *ledger = w->ledger;
	ledger_sort(ledger, compare);
	emit_open(w->out, key, '[');
	for (size_t i = 0; i < ledger->cell_count;) {
		const struct cell *first = ledger->cells[i];
		uint64_t column[COLUMNS] = {0};
		bool any = false;
		for (; i < ledger->cell_count && compare(first, ledger->cells[i]) == 0; i++) {
			if (!wanted(ledger->cells[i]))
				continue;
			add(ledger, column, ledger->cells[i]);
			any = true;
		}
		if (!any)
			continue;
		emit_newline(w->out);
		emit_open(w->out, NULL, '{');
		head(w, first);
		write_columns(w->out, column);
		emit_close(w->out, '}');
	}
	emit_close(w->out, ']');
	emit_newline(w->out);
}

/* The whole */

static void write_process(const struct writer *w, const struct region_fate *fate,
			  struct scratch *scratch)
{
	const struct region *region = w->view->region;
	struct json_out *out = w->out;

	emit_open(out, NULL, '{');
	emit_int(out, "pid", region->pid);
	emit_int(out, "ppid", region->ppid);
	emit_uint(out, "image", region->image);
	write_path(out, "exe", w->view, &region->executable);
	write_arguments(out, w->view);
	write_path(out, "directory", w->view, &region->directory);
	emit_bool(out, "forked", region->forked);
	emit_seconds(out, "start", region->start_realtime_ns);
	if (region->ending != ENDING_NONE)
		emit_seconds(out, "end", region->end_realtime_ns);
	else
		emit_null(out, "end");
	write_exit(out, region, fate);
	emit_newline(out);
	emit_open(out, "totals", '{');
	write_columns(out, w->ledger->totals);
	emit_close(out, '}');
	emit_newline(out);
	write_by_call(out, w->ledger);
	emit_newline(out);
	write_groups(w, "by_object", by_object, counted_here, object_head, ledger_add_both);
	write_groups(w, "by_stack", by_stack, any_cell, stack_head, ledger_add_layer);
	write_groups(w, "flows", by_flow, has_source, flow_head, ledger_add_layer);
	children_write(out, w->view);
	emit_newline(out);
	emit_open(out, "memory", '{');
	allocations_write(out, w->ledger, w->view, w->stacks, scratch);
	mappings_write(out, w->view);
	emit_close(out, '}');
	emit_newline(out);
	faults_write(out, w->view, w->stacks);
	emit_newline(out);
	account_write_audit(out, w->ledger, region);
	emit_newline(out);
	account_write_coverage(out, w->ledger, w->view);
	emit_close(out, '}');
}

static void write_trace(const struct writer *w, struct frames *frames,
			const struct region_fate *fate, struct scratch *scratch)
{
	struct json_out *out = w->out;
	const struct region *region = w->view->region;

	emit_open(out, NULL, '{');
	emit_open(out, "copytrace", '{');
	emit_uint(out, "schema", TRACE_SCHEMA);
	emit_string(out, "version", COPYTRACE_VERSION);
	emit_close(out, '}');
	emit_newline(out);
	emit_open(out, "host", '{');
	write_text(out, "name", w->view, &region->host_name);
	write_text(out, "kernel", w->view, &region->host_kernel);
	write_text(out, "machine", w->view, &region->host_machine);
	emit_uint(out, "page_bytes", 4096);
	emit_close(out, '}');
	emit_newline(out);
	emit_open(out, "totals", '{');
	write_columns(out, w->ledger->totals);
	emit_close(out, '}');
	emit_newline(out);
	emit_open(out, "processes", '[');
	emit_newline(out);
	write_process(w, fate, scratch);
	emit_close(out, ']');
	emit_newline(out);
	untraced_write_processes(out, w->view);
	frames_write(frames, w->view, scratch, out);
	emit_end(out);
	emit_close(out, '}');
	emit_end(out);
}

int region_write_json(const struct region_view *view, const struct region_fate *fate,
		      struct json_out *out)
{
	struct scratch scratch = {.pieces = 0};
	struct frames frames;
	int result = -1;

	struct ledger *ledger = scratch_take(&scratch, 1, sizeof(*ledger));
	if (ledger && ledger_sum(ledger, view, &scratch) &&
	    frames_collect(&frames, view, &scratch)) {
		faults_add_totals(ledger, view);
		struct writer w = {view, ledger, out, frames.stacks};
		write_trace(&w, &frames, fate, &scratch);
		result = 0;
	}
	scratch_release(&scratch);
	return result;
}
