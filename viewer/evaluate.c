/*
 * evaluate.c - whether what a check asserts holds for a trace, and in words if not.
 */
#include "doubt.h"
#include "narrow.h"
#include "process_fields.h"
#include "row_fields.h"
#include "units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A call is looked for in the library layer first, since that is what a program names. */
static int64_t call_value(const struct expression *expression, struct trace *trace, bool *found)
{
	struct rows rows = rows_of(trace, BY_CALL);
	const char *name = expression->name;
	const char *colon = strchr(name, ':');

	for (int layer = 0; layer < LAYERS; layer++) {
		size_t n = strlen(layer_name[layer]);
		if (colon && ((size_t)(colon - name) != n || strncmp(name, layer_name[layer], n)))
			continue;
		for (size_t i = 0; i < rows.count; i++) {
			if (strcmp(rows.items[i].layer, layer_name[layer]) ||
			    strcmp(rows.items[i].call, colon ? colon + 1 : name))
				continue;
			*found = true;
			return (int64_t)counts_get(&rows.items[i].counts, expression->field);
		}
	}
	return 0;
}

static int64_t object_value(const struct expression *expression, struct trace *trace, bool *found)
{
	bool by_kind = expression->scope == SCOPE_KIND;
	struct rows rows = rows_of(trace, by_kind ? BY_KIND : BY_OBJECT);
	uint64_t sum = 0;

	for (size_t i = 0; i < rows.count; i++) {
		if (strcmp(by_kind ? rows.items[i].kind : rows.items[i].name, expression->name))
			continue;
		*found = true;
		sum = number_add(sum, counts_get(&rows.items[i].counts, expression->field));
	}
	return (int64_t)sum;
}

static struct rows memory_rows(enum scope scope, struct trace *trace)
{
	return rows_of(trace, scope == SCOPE_REASON    ? BY_REASON
			      : scope == SCOPE_MAPPING ? BY_MAPPING
						       : BY_LARGE_BLOCK);
}

/* A mapping is one by its name, such as a path, or by the last part of that, or all of a kind; a
 * block is one by its size, or all that are large. */
static bool is_named(const struct expression *expression, const struct row *row)
{
	const char *name = expression->name;

	switch (expression->scope) {
	case SCOPE_REASON:
		return !strcmp(row->reason, name);
	case SCOPE_MAPPING:
		return !strcmp(row->name, name) || !strcmp(base_name(row->name), name) ||
		       !strcmp(row->kind, name);
	default:
		return !name || row->large_block.bytes == (uint64_t)expression->block_bytes;
	}
}

static int64_t row_value(const struct expression *expression, struct trace *trace, bool *found)
{
	struct rows rows = memory_rows(expression->scope, trace);
	uint64_t sum = 0;

	for (size_t i = 0; i < rows.count; i++) {
		if (!is_named(expression, &rows.items[i]))
			continue;
		*found = true;
		sum = number_add(sum, row_field_value(&rows.items[i], expression->field));
	}
	return sum == UNKNOWN ? UNKNOWN_SIGNED : (int64_t)sum;
}

static int64_t value_in(const struct expression *expression, struct trace *trace, bool *found)
{
	*found = false;
	if (expression_is_unknown(expression, trace))
		return UNKNOWN_SIGNED;
	switch (expression->scope) {
	case SCOPE_CALL:
		return call_value(expression, trace, found);
	case SCOPE_KIND:
	case SCOPE_OBJECT:
		return object_value(expression, trace, found);
	case SCOPE_REASON:
	case SCOPE_MAPPING:
	case SCOPE_BLOCK:
		return row_value(expression, trace, found);
	case SCOPE_MEMORY:
	case SCOPE_FAULTS:
	case SCOPE_AUDIT:
	case SCOPE_COVERAGE:
		*found = true;
		return process_field_value(trace, expression->field);
	case SCOPE_TOTALS:
		break;
	}
	*found = true;
	return (int64_t)counts_get(&trace->totals, expression->field);
}

int64_t expression_value(const struct expression *expression, struct trace *trace, bool *found)
{
	struct trace part;
	int64_t value = 0;

	if (!expression->program)
		return value_in(expression, trace, found);
	*found = false;
	if (program_is_unknown(expression->program, trace))
		return UNKNOWN_SIGNED;
	if (trace_narrow(&part, trace, expression->program, expression->number))
		value = value_in(expression, &part, found);
	trace_narrow_end(&part, trace);
	return value;
}

/* order: of the value to the limit, less, equal or greater than 0. */
static bool satisfied(enum comparison comparison, int order)
{
	switch (comparison) {
	case BELOW_OR_EQUAL:
		return order <= 0;
	case BELOW:
		return order < 0;
	case ABOVE_OR_EQUAL:
		return order >= 0;
	case ABOVE:
		return order > 0;
	case EQUAL:
		return order == 0;
	case DIFFERENT:
		return order != 0;
	}
	return false;
}

static const char *const complaints[] = {
    [BELOW_OR_EQUAL] = "exceeds the limit",
    [BELOW] = "isn't below the limit",
    [ABOVE_OR_EQUAL] = "falls short of the limit",
    [ABOVE] = "isn't above the limit",
    [EQUAL] = "isn't the required",
    [DIFFERENT] = "is the forbidden",
};

static struct amount exact(enum unit unit, int64_t value, bool with_sign)
{
	uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
	struct amount number = amount_exact(unit, size), result = {0};

	snprintf(result.text, sizeof(result.text), "%s%.46s",
		 value < 0   ? "-"
		 : with_sign ? "+"
			     : "",
		 number.text);
	return result;
}

static bool percentage_holds(const struct expression *expression, int64_t before, int64_t value,
			     struct complaint *why)
{
	long double base = before, change = (long double)value - base;
	/* Both sides times what was before, so that nothing is divided by it. */
	long double scaled = change * 100,
		    limit = (long double)expression->percentage * fabsl(base);
	char percent[32] = "+0 %";

	if (!before) {
		scaled = !value ? 0 : value < 0 ? -INFINITY : INFINITY;
		limit = expression->percentage;
	}
	if (satisfied(expression->comparison, (scaled > limit) - (scaled < limit)))
		return true;
	if (!before && value)
		strcpy(percent, "from nothing");
	else if (before)
		snprintf(percent, sizeof(percent), "%+.4Lg %%", scaled / fabsl(base));
	return object_to(why, "%s: change %s (%s to %s) %s %+g %%", expression->text, percent,
			 exact(expression->unit, before, false).text,
			 exact(expression->unit, value, false).text,
			 complaints[expression->comparison], expression->percentage);
}

int64_t expression_change(int64_t before, int64_t value)
{
	int64_t change;

	if (__builtin_sub_overflow(value, before, &change))
		return value < 0 ? -NUMBER_MOST : NUMBER_MOST;
	return change;
}

static bool change_holds(const struct expression *expression, int64_t before, int64_t value,
			 struct complaint *why)
{
	int64_t change = expression_change(before, value);

	if (satisfied(expression->comparison,
		      (change > expression->value) - (change < expression->value)))
		return true;
	return object_to(
	    why, "%s: change %s (%s to %s) %s %s", expression->text,
	    exact(expression->unit, change, true).text, exact(expression->unit, before, false).text,
	    exact(expression->unit, value, false).text, complaints[expression->comparison],
	    exact(expression->unit, expression->value, true).text);
}

bool expression_holds(const struct expression *expression, int64_t before, int64_t value,
		      struct complaint *why)
{
	if (expression->percent)
		return percentage_holds(expression, before, value, why);
	if (expression->base)
		return change_holds(expression, before, value, why);
	if (satisfied(expression->comparison,
		      (value > expression->value) - (value < expression->value)))
		return true;
	return object_to(why, "%s: value %s %s %s", expression->text,
			 exact(expression->unit, value, false).text,
			 complaints[expression->comparison],
			 exact(expression->unit, expression->value, false).text);
}
