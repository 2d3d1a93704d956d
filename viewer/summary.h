/*
 * summary.h - the first lines of the report: a name, a number, and what is to be said of it.
 */
#ifndef VIEWER_SUMMARY_H
#define VIEWER_SUMMARY_H

#include "model.h"
#include "text_table.h"

struct summary {
	struct arena *arena;
	struct text_table table;
};

void summary_line(struct summary *summary, const char *name, const char *value, const char *remark);

/* summary_memory.c */
void summary_memory(struct summary *summary, const struct trace *trace);
void summary_faults(struct summary *summary, struct trace *trace);
const char *summary_of_cow(struct trace *trace);   /* what was copied on write; or "" */
const char *summary_of_zeros(struct trace *trace); /* what was filled by faults; or NULL */

#endif
