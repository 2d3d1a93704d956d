/*
 * grouper.h - how rows.c and rows_memory.c bring together what belongs to one row.
 */
#ifndef VIEWER_GROUPER_H
#define VIEWER_GROUPER_H

#include "rows.h"

struct grouper {
	struct trace *trace;
	struct arena *arena;
	struct map map;
	struct rows rows;
};

/* The row with the key; its counts grow, the rest is set by whoever asked for a fresh one. */
struct row *row_for(struct grouper *grouper, const char *key, const struct counts *counts,
		    bool *fresh);

/* What stacks are told apart by; the same in another trace unless it is the number. */
const char *stack_identity(struct grouper *grouper, const struct process *process, uint64_t stack,
			   const char *why, enum grouping grouping);

/* rows_memory.c */
void group_faults(struct grouper *grouper, const struct process *process, enum grouping grouping);
void group_mappings(struct grouper *grouper, const struct process *process);
void group_allocations(struct grouper *grouper, const struct process *process,
		       enum grouping grouping);
void group_large_blocks(struct grouper *grouper, const struct process *process);

#endif
