/*
 * diff.h - two traces compared, and the two ways of printing that.
 */
#ifndef VIEWER_DIFF_H
#define VIEWER_DIFF_H

#include "pairs.h"
#include "style.h"

enum { DIFF_CALL, DIFF_KIND, DIFF_FUNCTION, DIFF_STACK, DIFF_FAULT, DIFF_ALLOCATION, DIFF_TABLES };

struct diff {
	struct arena *arena;
	const char *before_path, *after_path;
	const struct trace *before, *after;
	bool totals_shown, memory_shown, shown[DIFF_TABLES];
	struct pairs pairs[DIFF_TABLES];
	size_t limit; /* 0: none */
};

/* How the rows of a table are told apart. */
enum grouping diff_grouping(int table);

void diff_print(const struct diff *diff);

/* Returns false where stdout can't be written. */
bool diff_print_json(const struct diff *diff);

/* The parts that diff_text.c and diff_memory.c share. */
void diff_print_memory(const struct diff *diff);
void diff_print_faults(const struct diff *diff, const struct pairs *pairs);
void diff_print_allocations(const struct diff *diff, const struct pairs *pairs);
size_t pairs_shown(const struct diff *diff, const struct pairs *pairs);
void diff_print_rest(const struct diff *diff, const struct pairs *pairs);
void diff_print_functions(const struct diff *diff, const struct row *row);
enum style change_style(uint64_t before, uint64_t after);

#endif
