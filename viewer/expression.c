/*
 * expression.c - takes apart what a check asserts:
 * [diff(BASE).][process(NAME).][scope.]COLUMN OP VALUE.
 */
#include "expression.h"

#include "process_fields.h"
#include "row_fields.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text;
	enum comparison comparison;
} comparisons[] = {
    {"<=", BELOW_OR_EQUAL}, {">=", ABOVE_OR_EQUAL}, {"==", EQUAL},
    {"!=", DIFFERENT},	    {"<", BELOW},	    {">", ABOVE},
};

static const struct {
	const char *text;
	enum unit unit;
	int64_t factor;
} units[] = {
    {"B", UNIT_BYTES, 1},
    {"kB", UNIT_BYTES, 1000},
    {"MB", UNIT_BYTES, 1000000},
    {"GB", UNIT_BYTES, 1000000000},
    {"TB", UNIT_BYTES, 1000000000000},
    {"KiB", UNIT_BYTES, 1ll << 10},
    {"MiB", UNIT_BYTES, 1ll << 20},
    {"GiB", UNIT_BYTES, 1ll << 30},
    {"TiB", UNIT_BYTES, 1ll << 40},
    {"ns", UNIT_NS, 1},
    {"us", UNIT_NS, 1000},
    {"ms", UNIT_NS, 1000000},
    {"s", UNIT_NS, 1000000000},
};

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/*
 * The text in parentheses after a word, if that is what stands here and a dot
 * follows; names may hold parentheses themselves, in pairs.
 */
static bool take_call(const char **at, struct arena *arena, const char *word, const char **inside)
{
	size_t n = strlen(word);
	int depth = 0;

	if (strncmp(*at, word, n) || (*at)[n] != '(')
		return false;
	for (const char *end = *at + n; *end; end++) {
		depth += (*end == '(') - (*end == ')');
		if (depth || *end != ')')
			continue;
		if (end[1] != '.')
			return false;
		*inside = arena_copy(arena, *at + n + 1, end - (*at + n + 1));
		*at = end + 2;
		return true;
	}
	return false;
}

/* A number sign and digits after the name say which of its processes; a name may have the sign too.
 */
static bool parse_process(struct expression *expression, struct arena *arena, const char **at,
			  struct complaint *why)
{
	const char *name, *sign;

	if (!take_call(at, arena, "process", &name))
		return true;
	expression->program = name;
	sign = strrchr(name, '#');
	if (!sign || !sign[1] || sign[1 + strspn(sign + 1, "0123456789")])
		return true;
	expression->program = arena_copy(arena, name, sign - name);
	errno = 0;
	expression->number = strtoull(sign + 1, NULL, 10);
	if (errno || !expression->number)
		return object_to(why, "processes are counted from 1, and not '%.40s'", sign + 1);
	return true;
}

static void parse_scope(struct expression *expression, struct arena *arena, const char **at)
{
	struct word {
		const char *word;
		enum scope scope;
	};
	static const struct word scopes[] = {{"call", SCOPE_CALL},	 {"kind", SCOPE_KIND},
					     {"object", SCOPE_OBJECT},	 {"reason", SCOPE_REASON},
					     {"mapping", SCOPE_MAPPING}, {"block", SCOPE_BLOCK}},
				 groups[] = {{"blocks.", SCOPE_BLOCK},
					     {"memory.", SCOPE_MEMORY},
					     {"faults.", SCOPE_FAULTS},
					     {"audit.", SCOPE_AUDIT},
					     {"coverage.", SCOPE_COVERAGE}};

	for (size_t i = 0; i < COUNT_OF(scopes); i++) {
		if (take_call(at, arena, scopes[i].word, &expression->name)) {
			expression->scope = scopes[i].scope;
			return;
		}
	}
	for (size_t i = 0; i < COUNT_OF(groups); i++) {
		size_t n = strlen(groups[i].word);
		if (strncmp(*at, groups[i].word, n))
			continue;
		expression->scope = groups[i].scope;
		*at += n;
		return;
	}
}

/* What may stand behind a scope, one by one. */
struct candidate {
	const char *name; /* NULL: not of this scope */
	enum unit unit;
};

static int candidates(enum scope scope)
{
	switch (scope) {
	case SCOPE_MEMORY:
	case SCOPE_FAULTS:
	case SCOPE_AUDIT:
	case SCOPE_COVERAGE:
		return PROCESS_FIELDS;
	case SCOPE_REASON:
	case SCOPE_MAPPING:
	case SCOPE_BLOCK:
		return ROW_FIELDS;
	default:
		return COLUMN_COPIED + 1;
	}
}

static struct candidate candidate_at(enum scope scope, int i)
{
	static const enum field_group groups[] = {[SCOPE_MEMORY] = GROUP_MEMORY,
						  [SCOPE_FAULTS] = GROUP_FAULTS,
						  [SCOPE_AUDIT] = GROUP_AUDIT,
						  [SCOPE_COVERAGE] = GROUP_COVERAGE};
	static const unsigned int rows[] = {
	    [SCOPE_REASON] = OF_REASONS, [SCOPE_MAPPING] = OF_MAPPINGS, [SCOPE_BLOCK] = OF_BLOCKS};
	bool fits = true;

	switch (scope) {
	case SCOPE_MEMORY:
	case SCOPE_FAULTS:
	case SCOPE_AUDIT:
	case SCOPE_COVERAGE:
		fits = process_fields[i].group == groups[scope];
		return (struct candidate){fits ? process_fields[i].name : NULL,
					  process_fields[i].unit};
	case SCOPE_REASON:
	case SCOPE_MAPPING:
	case SCOPE_BLOCK:
		fits = row_fields[i].of & rows[scope];
		return (struct candidate){fits ? row_fields[i].name : NULL, row_fields[i].unit};
	default:
		return (struct candidate){column_name(i), column_unit(i)};
	}
}

static const char *all_names(struct arena *arena, enum scope scope)
{
	const char *names = "";

	for (int i = 0; i < candidates(scope); i++) {
		const char *name = candidate_at(scope, i).name;
		if (name)
			names = arena_print(arena, "%s%s%s", names, *names ? ", " : "", name);
	}
	return names;
}

static bool parse_field(struct expression *expression, struct arena *arena, const char **at,
			struct complaint *why)
{
	static const char *const what[] = {
	    [SCOPE_REASON] = "number of a reason",
	    [SCOPE_MAPPING] = "number of a mapping",
	    [SCOPE_BLOCK] = "number of large blocks",
	    [SCOPE_MEMORY] = "field of memory",
	    [SCOPE_FAULTS] = "field of faults",
	    [SCOPE_AUDIT] = "field of the audit",
	    [SCOPE_COVERAGE] = "field of the coverage",
	    [SCOPE_TOTALS] = "column",
	    [SCOPE_CALL] = "column",
	    [SCOPE_KIND] = "column",
	    [SCOPE_OBJECT] = "column",
	};
	size_t n = strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	const char *name = arena_copy(arena, *at, n);

	*at += n;
	if (!n)
		return object_to(why, "expected a column at '%.40s'", *at);
	for (int i = 0; i < candidates(expression->scope); i++) {
		struct candidate candidate = candidate_at(expression->scope, i);
		if (!candidate.name || strcmp(candidate.name, name))
			continue;
		expression->field = i;
		expression->unit = candidate.unit;
		return true;
	}
	return object_to(why, "'%.40s' isn't a %s; there are %s", name, what[expression->scope],
			 all_names(arena, expression->scope));
}

static bool parse_comparison(struct expression *expression, const char **at, struct complaint *why)
{
	for (size_t i = 0; i < COUNT_OF(comparisons); i++) {
		if (strncmp(*at, comparisons[i].text, strlen(comparisons[i].text)))
			continue;
		expression->comparison = comparisons[i].comparison;
		*at += strlen(comparisons[i].text);
		return true;
	}
	return object_to(why, "expected <=, <, >=, >, == or != at '%.40s'", *at);
}

static bool parse_percentage(struct expression *expression, const char *text, struct complaint *why)
{
	if (!expression->base)
		return object_to(why, "a percentage needs diff(BASE.json). in front of the column");
	char *end;
	expression->percent = true;
	expression->percentage = strtod(text, &end);
	if (strcmp(skip_blanks(end), "%"))
		return object_to(why, "'%.40s' isn't a percentage", text);
	return true;
}

/* What the unit makes of a number; a percentage could stand in its place. */
static bool parse_unit(const char *text, enum unit unit, bool or_percent, int64_t *value,
		       struct complaint *why)
{
	static const char *const dimension[] = {"a count", "bytes", "a time"};

	if (!*text)
		return true;
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		if (strcmp(text, units[i].text))
			continue;
		if (units[i].unit != unit)
			return object_to(why, "the unit %s doesn't fit %s", text, dimension[unit]);
		if (__builtin_mul_overflow(*value, units[i].factor, value))
			return object_to(why, "the value is too large");
		return true;
	}
	return object_to(
	    why, "'%.40s' isn't a unit; there are B, kB, MB, GB, KiB, MiB, GiB, ns, us, ms, s%s",
	    text, or_percent ? " and %" : "");
}

static bool parse_amount(const char *at, enum unit unit, bool or_percent, int64_t *value,
			 struct complaint *why)
{
	char *end;

	errno = 0;
	*value = strtoll(at, &end, 10);
	if (errno)
		return object_to(why, "the value is too large");
	size_t n = strlen(end);
	while (n && (end[n - 1] == ' ' || end[n - 1] == '\t'))
		n--;
	char text[64];
	const char *from = skip_blanks(end);
	snprintf(text, sizeof(text), "%.*s", (int)(end + n > from ? end + n - from : 0), from);
	return parse_unit(text, unit, or_percent, value, why);
}

static bool parse_value(struct expression *expression, const char *at, struct complaint *why)
{
	bool sign = *at == '+' || *at == '-';

	if (!isdigit((unsigned char)at[sign]))
		return object_to(why, "expected a whole number, perhaps with a unit, at '%.40s'",
				 at);
	if (sign && !expression->base)
		return object_to(why, "a sign needs diff(BASE.json). in front of the column");
	if (strchr(at, '%'))
		return parse_percentage(expression, at, why);
	return parse_amount(at, expression->unit, expression->base, &expression->value, why);
}

/* Blocks are named by their size. */
static bool parse_block(struct expression *expression, struct complaint *why)
{
	const char *size = expression->name;

	if (expression->scope != SCOPE_BLOCK || !size)
		return true;
	if (!isdigit((unsigned char)*size))
		return object_to(why, "'%.40s' isn't the size of a block", size);
	return parse_amount(size, UNIT_BYTES, false, &expression->block_bytes, why);
}

bool expression_parse(struct expression *expression, struct arena *arena, const char *text,
		      bool asserting, struct complaint *why)
{
	const char *at = skip_blanks(text);

	*expression = (struct expression){.text = text};
	take_call(&at, arena, "diff", &expression->base);
	if (!parse_process(expression, arena, &at, why))
		return false;
	parse_scope(expression, arena, &at);
	if (!parse_block(expression, why) || !parse_field(expression, arena, &at, why))
		return false;
	at = skip_blanks(at);
	if (!asserting)
		return *at ? object_to(why, "a value to print isn't compared with '%.40s'", at)
			   : true;
	if (!parse_comparison(expression, &at, why))
		return false;
	return parse_value(expression, skip_blanks(at), why);
}
