/*
 * target.c - reads any bytes as a trace would be read and, if they are one, merges, reports,
 * compares and writes it.
 */
#include "target.h"

#include "diff.h"
#include "expression.h"
#include "report.h"
#include "shared/region_json.h"
#include "trace_io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_any(struct trace *trace, const uint8_t *data, size_t size)
{
	struct complaint why;
	bool fine;

	if (size < 8 || memcmp(data, REGION_MAGIC, 8))
		return trace_read_json_text(trace, (const char *)data, size, &why);
	/* A copy of the exact size, so that a byte too far is seen. */
	void *copy =
	    aligned_alloc(REGION_ALIGNMENT, size + REGION_ALIGNMENT - size % REGION_ALIGNMENT);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	fine = trace_read_region_bytes(trace, copy, size, NULL, &why);
	free(copy);
	return fine;
}

static void report_on(struct trace *trace)
{
	struct report report = {trace, COLUMN_COPIED, 3, 3};
	report_summary(&report);
	report_unseen(&report);
	report_calls(&report);
	report_objects(&report);
	report_flows(&report);
	report_processes(&report);
	report.stack_limit = 0;
	report_stacks(&report);
}

static void compare(struct trace *before, struct trace *after)
{
	static const enum grouping groupings[DIFF_TABLES] = {BY_CALL, BY_KIND, BY_FUNCTION,
							     BY_FUNCTIONS};
	struct diff diff = {.arena = &after->arena,
			    .before_path = "before",
			    .after_path = "after",
			    .before = before,
			    .after = after,
			    .totals_shown = true};
	struct rows rows[DIFF_TABLES][2];

	for (int i = 0; i < DIFF_TABLES; i++) {
		rows[i][0] = rows_of(before, groupings[i]);
		rows[i][1] = rows_of(after, groupings[i]);
		diff.pairs[i] = pairs_of(diff.arena, &rows[i][0], &rows[i][1]);
		diff.shown[i] = true;
	}
	diff_print(&diff);
	if (!diff_print_json(&diff))
		abort();
}

/* What was written must be read again: else report --json would lose what it was given. */
static void round_trip(const struct trace *trace)
{
	struct trace again;
	struct complaint why;
	char *text = NULL;
	size_t bytes;

	FILE *memory = open_memstream(&text, &bytes);
	if (!memory || !trace_write_json(trace, memory) || fclose(memory))
		abort();
	if (!trace_read_json_text(&again, text, bytes, &why)) {
		fprintf(stderr, "written but not read: %s\n", why.text);
		abort();
	}
	trace_close(&again);
	free(text);
}

static void parse_as_expression(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct expression expression;
	struct complaint why;

	char *text = arena_copy(&arena, (const char *)data, size < 200 ? size : 200);
	if (expression_parse(&expression, &arena, text, &why))
		expression_holds(&expression, 1, 2, &why);
	arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trace one, two, merged = {0}, other = {0};

	parse_as_expression(data, size);
	if (!read_any(&one, data, size))
		return 0;
	if (!read_any(&two, data, size))
		abort();
	trace_steal(&merged, &one);
	trace_steal(&merged, &two);
	round_trip(&merged);
	if (merged.processes.count) {
		report_on(&merged);
		if (!read_any(&one, data, size))
			abort();
		trace_steal(&other, &one);
		compare(&merged, &other);
	}
	trace_close(&other);
	trace_close(&merged);
	return 0;
}
