/*
 * diff_json.c - two traces compared, for machines.
 */
#include "diff.h"
#include "process_fields.h"
#include "row_fields.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static json_t *change(uint64_t before, uint64_t after)
{
	json_int_t delta = (json_int_t)after - (json_int_t)before;

	if (!before)
		return json_pack("{s:I, s:I, s:I, s:n}", "before", (json_int_t)before, "after",
				 (json_int_t)after, "delta", delta, "relative");
	return json_pack("{s:I, s:I, s:I, s:f}", "before", (json_int_t)before, "after",
			 (json_int_t)after, "delta", delta, "relative",
			 (double)delta / (double)before);
}

static void add_columns(json_t *object, const struct counts *before, const struct counts *after)
{
	for (int i = 0; i <= COLUMN_COPIED; i++)
		json_object_set_new(object, column_name(i),
				    change(counts_get(before, i), counts_get(after, i)));
}

static void add_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_stringn(text, strlen(text)));
}

/* The names by which stacks were found to be the same, innermost first. */
static json_t *stack_names(const struct row *row)
{
	json_t *names = json_array();
	const char *at = strrchr(row->key, '\t') + 1;

	for (size_t n; *at; at += n + 1) {
		n = strcspn(at, "\n");
		json_array_append_new(names, json_stringn(at, n));
	}
	return names;
}

static void add_allocations(json_t *object, const struct pair *pair)
{
	struct allocation_row before = pair_allocation(pair->before);
	struct allocation_row after = pair_allocation(pair->after);
	const struct {
		const char *name;
		uint64_t before, after;
	} numbers[] = {
	    {"allocations", before.allocations, after.allocations},
	    {"asked_bytes", before.asked_bytes, after.asked_bytes},
	    {"peak_bytes", before.peak_bytes, after.peak_bytes},
	    {"never_freed_blocks", before.never_freed_blocks, after.never_freed_blocks},
	    {"never_freed_bytes", before.never_freed_bytes, after.never_freed_bytes},
	    {"temporary", before.temporary, after.temporary},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		json_object_set_new(object, numbers[i].name,
				    change(numbers[i].before, numbers[i].after));
}

static void add_faults(json_t *object, const struct pair *pair)
{
	for (int i = 0; i < ROW_FIELDS; i++)
		if (row_fields[i].of & OF_REASONS)
			json_object_set_new(
			    object, row_fields[i].name,
			    change(pair->before ? row_field_value(pair->before, i) : 0,
				   pair->after ? row_field_value(pair->after, i) : 0));
}

/* What both know. */
static json_t *memory_json(const struct diff *diff)
{
	json_t *object = json_object();

	for (int i = 0; i < PROCESS_FIELDS; i++) {
		int64_t before = process_field_value(diff->before, i);
		int64_t after = process_field_value(diff->after, i);
		if (process_fields[i].group == GROUP_MEMORY && before >= 0 && after >= 0)
			json_object_set_new(object, process_fields[i].name, change(before, after));
	}
	return object;
}

static json_t *pair_json(const struct pair *pair, int table)
{
	static const struct counts nothing;
	const struct row *row = pair_row(pair);
	json_t *object = json_object();

	add_text(object, "layer", row->layer);
	add_text(object, "name", row->call);
	add_text(object, "reason", row->reason);
	add_text(object, "kind", row->kind);
	if (table == DIFF_FAULT)
		add_text(object, "mapping", row->name);
	add_text(object, "function", row->function);
	if (table == DIFF_STACK || table == DIFF_ALLOCATION)
		json_object_set_new(object, "stack",
				    row->stack ? stack_names(row) : json_pack("n"));
	add_text(object, "why", row->why);
	add_text(object, "status", !pair->before ? "new" : !pair->after ? "gone" : "changed");
	if (table == DIFF_ALLOCATION)
		add_allocations(object, pair);
	else if (table == DIFF_FAULT)
		add_faults(object, pair);
	else
		add_columns(object, pair->before ? &pair->before->counts : &nothing,
			    pair->after ? &pair->after->counts : &nothing);
	return object;
}

bool diff_print_json(const struct diff *diff)
{
	static const char *const names[DIFF_TABLES] = {
	    [DIFF_CALL] = "by_call",	     [DIFF_KIND] = "by_kind",
	    [DIFF_FUNCTION] = "by_function", [DIFF_STACK] = "by_stack",
	    [DIFF_FAULT] = "by_fault",	     [DIFF_ALLOCATION] = "by_allocation",
	};
	json_t *root = json_pack("{s:{s:s, s:s}}", "files", "before", diff->before_path, "after",
				 diff->after_path);
	json_t *totals = json_object(), *unchanged = json_object();

	/* A path may be no valid UTF-8; the rest can be read without it. */
	if (!root)
		root = json_object();
	add_columns(totals, &diff->before->totals, &diff->after->totals);
	if (diff->totals_shown)
		json_object_set(root, "totals", totals);
	json_decref(totals);
	if (diff->memory_shown)
		json_object_set_new(root, "memory", memory_json(diff));
	for (int i = 0; i < DIFF_TABLES; i++) {
		const struct pairs *pairs = &diff->pairs[i];
		if (!diff->shown[i])
			continue;
		json_t *rows = json_array();
		for (size_t k = 0; k < pairs->count && (!diff->limit || k < diff->limit); k++)
			json_array_append_new(rows, pair_json(&pairs->items[k], i));
		json_object_set_new(root, names[i], rows);
		json_object_set_new(unchanged, names[i],
				    json_integer((json_int_t)pairs->unchanged));
	}
	json_object_set_new(root, "unchanged", unchanged);
	bool fine = !json_dumpf(root, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	json_decref(root);
	return fine && putchar('\n') != EOF;
}
