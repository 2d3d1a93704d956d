/*
 * expression.h - what a check asserts: [diff(BASE).][process(NAME).][scope.]COLUMN OP VALUE.
 */
#ifndef VIEWER_EXPRESSION_H
#define VIEWER_EXPRESSION_H

#include "complain.h"
#include "model.h"

#include <stdbool.h>
#include <stdint.h>

enum scope {
	SCOPE_TOTALS,
	SCOPE_CALL,
	SCOPE_KIND,
	SCOPE_OBJECT,
	SCOPE_REASON,
	SCOPE_MAPPING,
	SCOPE_BLOCK,
	SCOPE_MEMORY,
	SCOPE_FAULTS,
	SCOPE_AUDIT,
	SCOPE_COVERAGE,
};
enum comparison { BELOW_OR_EQUAL, BELOW, ABOVE_OR_EQUAL, ABOVE, EQUAL, DIFFERENT };

struct expression {
	const char *text;
	const char *base;    /* a file, or NULL: no diff */
	const char *program; /* whose processes are meant, or NULL: all */
	uint64_t number;     /* which of them, counted from 1, or 0: all */
	enum scope scope;
	const char *name;    /* of the call, kind, object, reason or mapping; the size of blocks, or
				NULL: all large ones */
	int64_t block_bytes; /* that size as a number */
	int field; /* a column, or an index into row_fields or process_fields as the scope says */
	enum unit unit;
	enum comparison comparison;
	bool percent;
	double percentage;
	int64_t value;
};

/*
 * Takes the text apart; false with the reason where it can't be understood.
 * asserting: with a comparison and a value, which otherwise must not be there.
 */
bool expression_parse(struct expression *expression, struct arena *arena, const char *text,
		      bool asserting, struct complaint *why);

/*
 * The value in a trace, or UNKNOWN_SIGNED. `found` tells whether there is such
 * a process, call, kind, object, reason, mapping or block in it at all; where there is
 * none, the value is 0.
 */
int64_t expression_value(const struct expression *expression, struct trace *trace, bool *found);

/* How much the value has changed; what is too much for a number is the largest one. */
int64_t expression_change(int64_t before, int64_t value);

/* Whether it holds, given the value; `before` counts only for a diff. Otherwise why not, in words.
 */
bool expression_holds(const struct expression *expression, int64_t before, int64_t value,
		      struct complaint *why);

#endif
