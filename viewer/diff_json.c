/*
 * diff_json.c - two traces compared, for machines.
 */
#include "diff.h"

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

static json_t *pair_json(const struct pair *pair, bool with_stack)
{
	static const struct counts nothing;
	const struct row *row = pair_row(pair);
	json_t *object = json_object();

	add_text(object, "layer", row->layer);
	add_text(object, "name", row->call);
	add_text(object, "kind", row->kind);
	add_text(object, "function", row->function);
	if (with_stack)
		json_object_set_new(object, "stack",
				    row->stack ? stack_names(row) : json_pack("n"));
	add_text(object, "why", row->why);
	add_text(object, "status", !pair->before ? "new" : !pair->after ? "gone" : "changed");
	add_columns(object, pair->before ? &pair->before->counts : &nothing,
		    pair->after ? &pair->after->counts : &nothing);
	return object;
}

bool diff_print_json(const struct diff *diff)
{
	static const char *const names[DIFF_TABLES] = {
	    [DIFF_CALL] = "by_call",
	    [DIFF_KIND] = "by_kind",
	    [DIFF_FUNCTION] = "by_function",
	    [DIFF_STACK] = "by_stack",
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
	for (int i = 0; i < DIFF_TABLES; i++) {
		const struct pairs *pairs = &diff->pairs[i];
		if (!diff->shown[i])
			continue;
		json_t *rows = json_array();
		for (size_t k = 0; k < pairs->count && (!diff->limit || k < diff->limit); k++)
			json_array_append_new(rows, pair_json(&pairs->items[k], i == DIFF_STACK));
		json_object_set_new(root, names[i], rows);
		json_object_set_new(unchanged, names[i],
				    json_integer((json_int_t)pairs->unchanged));
	}
	json_object_set_new(root, "unchanged", unchanged);
	bool fine = !json_dumpf(root, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	json_decref(root);
	return fine && putchar('\n') != EOF;
}
