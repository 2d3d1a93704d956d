/*
 * doubt.c - what a trace doesn't tell, though a check may ask for it.
 */
#include "doubt.h"

#include "complain.h"
#include "row_fields.h"
#include "rows.h"

#include <string.h>

uint64_t faults_without_reason(const struct faults *faults)
{
	uint64_t unknown = 0;

	for (size_t i = 0; i < faults->rows.count; i++) {
		const struct fault_row *row = &faults->rows.items[i];
		if (!strcmp(row->reason, reason_table[REASON_UNKNOWN].name))
			unknown = number_add(unknown, number_add(row->minor, row->major));
	}
	return unknown;
}

/* A few pages are gone before they are looked at in many a run; of a process that may not look at
 * its pages, after a change of its user, nearly all are. */
static bool was_looked_at(const struct faults *faults)
{
	return faults->level[0] == 'A' &&
	       faults_without_reason(faults) <= number_add(faults->minor, faults->major) / 10;
}

size_t trace_faults_counted(const struct trace *trace)
{
	size_t counted = 0;

	for (size_t i = 0; i < trace->processes.count; i++)
		counted += !was_looked_at(&trace->processes.items[i].faults);
	return counted;
}

void tell_faults_counted(const char *file, const struct trace *trace)
{
	size_t counted = trace_faults_counted(trace), all = trace->processes.count;

	if (counted)
		complain("%s: page faults of %zu of %zu process%s were only counted; what they "
			 "filled with zeros or copied is in no figure",
			 file, counted, all, all == 1 ? "" : "es");
}

bool faults_are_comparable(const struct trace *before, const struct trace *after)
{
	return !trace_faults_counted(before) == !trace_faults_counted(after);
}

/* Whether it is a number of what page faults were for, and of nothing else. */
static bool is_of_faults(const struct expression *expression)
{
	switch (expression->scope) {
	case SCOPE_REASON:
	case SCOPE_MAPPING:
		return row_fields[expression->field].of & OF_REASONS;
	case SCOPE_TOTALS:
	case SCOPE_CALL:
	case SCOPE_KIND:
	case SCOPE_OBJECT:
		return expression->field == COLUMN_minor_faults ||
		       expression->field == COLUMN_major_faults ||
		       expression->field == COLUMN_cow_bytes;
	default:
		return false;
	}
}

bool expression_is_partly_of_faults(const struct expression *expression)
{
	switch (expression->scope) {
	case SCOPE_TOTALS:
	case SCOPE_CALL:
	case SCOPE_KIND:
	case SCOPE_OBJECT:
		return expression->field == COLUMN_COPIED ||
		       expression->field == COLUMN_zero_filled_bytes;
	default:
		return false;
	}
}

/* What stands in the place of a name that was kept out of the trace. */
static bool is_redacted(const char *name)
{
	return !strcmp(name, "(redacted)") || !strncmp(name, "redacted-", strlen("redacted-"));
}

static bool has_redacted(const struct trace *trace)
{
	for (size_t i = 0; i < trace->processes.count; i++)
		if (is_redacted(trace->processes.items[i].exe))
			return true;
	return false;
}

static bool is_mapping_kind(const char *name)
{
	for (int i = 0; i < MAPPING_KINDS; i++)
		if (!strcmp(mapping_kind_table[i].name, name))
			return true;
	return false;
}

/* Whether the name may be one of those that were kept out; what isn't a path never is. */
static bool may_be_redacted(const struct expression *expression, const struct trace *trace)
{
	const char *name = expression->name;

	if (expression->scope != SCOPE_OBJECT && expression->scope != SCOPE_MAPPING)
		return false;
	if (is_redacted(name) || strchr("([", name[0]) ||
	    (expression->scope == SCOPE_MAPPING && is_mapping_kind(name)))
		return false;
	return has_redacted(trace);
}

/* Whether some of it went to (other), where the table of objects was full. */
static bool may_be_folded(const struct expression *expression, struct trace *trace)
{
	struct rows rows = {0};

	if (expression->scope == SCOPE_OBJECT || expression->scope == SCOPE_KIND)
		rows = rows_of(trace, BY_OBJECT);
	for (size_t i = 0; i < rows.count; i++) {
		const struct row *row = &rows.items[i];
		if (strcmp(row->name, "(other)") || !counts_get(&row->counts, expression->field))
			continue;
		return strcmp(expression->name, row->name) && strcmp(expression->name, row->kind);
	}
	return false;
}

/* Likewise of large blocks, where the row of those without one isn't kept. */
static bool may_lack_blocks(const struct expression *expression, const struct trace *trace)
{
	for (size_t i = 0; expression->scope == SCOPE_BLOCK && i < trace->processes.count; i++)
		if (trace->processes.items[i].coverage.large_blocks_folded)
			return true;
	return false;
}

/* Whether one of its processes could not be traced. */
static bool is_untraced(const char *program, const struct trace *trace)
{
	for (size_t i = 0; i < trace->untraced_processes.count; i++)
		if (!strcmp(base_name(trace->untraced_processes.items[i].path), program))
			return true;
	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct coverage *coverage = &trace->processes.items[i].coverage;
		for (size_t k = 0; k < coverage->untraced.count; k++)
			if (!strcmp(base_name(coverage->untraced.items[k].path), program))
				return true;
	}
	return false;
}

bool program_is_unknown(const char *program, const struct trace *trace)
{
	return is_untraced(program, trace) || (!is_redacted(program) && has_redacted(trace));
}

bool expression_is_unknown(const struct expression *expression, struct trace *trace)
{
	return (is_of_faults(expression) && trace_faults_counted(trace)) ||
	       may_be_redacted(expression, trace) || may_be_folded(expression, trace) ||
	       may_lack_blocks(expression, trace);
}
