/*
 * target.c - reads any bytes as a trace would be read and, if they are one, merges, reports,
 * checks, compares and writes it.
 */
#include "target.h"

#include "diff.h"
#include "expression.h"
#include "region_file.h"
#include "report.h"
#include "shared/region_json.h"
#include "trace_io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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
	struct report report = {trace, COLUMN_COPIED, COLUMN_COPIED, 3, 3};
	report_summary(&report);
	report_advice(&report);
	report_unseen(&report);
	report_calls(&report);
	report_objects(&report);
	report_flows(&report);
	report_memory(&report);
	report_faults(&report);
	report_mappings(&report);
	report_allocations(&report);
	report_processes(&report);
	report_fault_balance(&report);
	report.stack_limit = 0;
	report_stacks(&report);
}

static void compare(struct trace *before, struct trace *after)
{
	struct diff diff = {.arena = &after->arena,
			    .before_path = "before",
			    .after_path = "after",
			    .before = before,
			    .after = after,
			    .totals_shown = true,
			    .memory_shown = true};
	struct rows rows[DIFF_TABLES][2];

	for (int i = 0; i < DIFF_TABLES; i++) {
		rows[i][0] = rows_of(before, diff_grouping(i));
		rows[i][1] = rows_of(after, diff_grouping(i));
		diff.pairs[i] = pairs_of(diff.arena, &rows[i][0], &rows[i][1], diff_grouping(i));
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
	expression_parse(&expression, &arena, text, false, &why);
	if (expression_parse(&expression, &arena, text, true, &why))
		expression_holds(&expression, 1, 2, &why);
	arena_close(&arena);
}

/* Every scope, of all processes and of some. */
static void check(struct trace *trace)
{
	static const char *const texts[] = {
	    "copied_bytes",
	    "call(read).zero_filled_bytes",
	    "kind(file).calls",
	    "object(/etc/hostname).calls",
	    "reason(zero_fill).zero_filled_bytes",
	    "mapping(heap).private_bytes",
	    "block(1MiB).backed_bytes",
	    "blocks.freed",
	    "memory.peak_live_bytes",
	    "faults.minor",
	    "audit.rchar",
	    "coverage.untraced",
	    "process(sh).copied_bytes",
	    "process(cat#2).mapping(libc.so.6).cow_bytes",
	    "process(head#1).coverage.untraced",
	};
	struct arena arena = {0};
	struct expression expression;
	struct complaint why;
	bool found;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (!expression_parse(&expression, &arena, texts[i], false, &why))
			abort();
		int64_t value = expression_value(&expression, trace, &found);
		expression_holds(&expression, expression_change(value, 1), value, &why);
	}
	arena_close(&arena);
}

/* As recover and record do, which take a region from a file that may be cut off anywhere. */
static void read_as_file(const uint8_t *data, size_t size)
{
	struct region head;
	struct complaint why;
	struct trace trace;

	int fd = memfd_create("region", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (!region_is_blank(fd) && trace_read_region_head(fd, &head, &why) &&
	    trace_read_region(&trace, fd, NULL, &why)) {
		round_trip(&trace);
		trace_close(&trace);
	}
	close(fd);
}

/* The input beside the last one that was a trace, whose frames, texts and records differ. */
static void merge_with_last(const uint8_t *data, size_t size)
{
	static uint8_t *last;
	static size_t last_size;
	struct trace merged = {0}, one;
	const struct {
		const uint8_t *data;
		size_t size;
	} inputs[] = {{last, last_size}, {data, size}};

	for (int i = last ? 0 : 1; i < 2; i++) {
		if (!read_any(&one, inputs[i].data, inputs[i].size))
			abort();
		trace_steal(&merged, &one);
	}
	trace_settle(&merged, NULL);
	round_trip(&merged);
	trace_close(&merged);
	free(last);
	last = malloc(size + 1);
	if (!last)
		abort();
	memcpy(last, data, size);
	last_size = size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trace one, two, merged = {0}, other = {0};

	parse_as_expression(data, size);
	read_as_file(data, size);
	if (!read_any(&one, data, size))
		return 0;
	merge_with_last(data, size);
	if (!read_any(&two, data, size))
		abort();
	trace_steal(&merged, &one);
	trace_steal(&merged, &two);
	round_trip(&merged);
	if (merged.processes.count) {
		report_on(&merged);
		check(&merged);
		if (!read_any(&one, data, size))
			abort();
		trace_steal(&other, &one);
		compare(&merged, &other);
	}
	trace_close(&other);
	trace_close(&merged);
	return 0;
}
