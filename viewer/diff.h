/*
 * diff.h - two traces compared, and the two ways of printing that.
 */
#ifndef VIEWER_DIFF_H
#define VIEWER_DIFF_H

#include "pairs.h"

enum { DIFF_CALL, DIFF_KIND, DIFF_FUNCTION, DIFF_STACK, DIFF_TABLES };

struct diff {
	struct arena *arena;
	const char *before_path, *after_path;
	const struct trace *before, *after;
	bool totals_shown, shown[DIFF_TABLES];
	struct pairs pairs[DIFF_TABLES];
	size_t limit; /* 0: none */
};

void diff_print(const struct diff *diff);

/* Returns false where stdout can't be written. */
bool diff_print_json(const struct diff *diff);

#endif
