/*
 * rows.h - the ledger's rows over all processes of a trace, grouped and ordered as a table shows
 * them.
 */
#ifndef VIEWER_ROWS_H
#define VIEWER_ROWS_H

#include "model.h"

enum grouping {
	BY_CALL,
	BY_OBJECT,
	BY_KIND,
	BY_STACK,
	BY_FUNCTION,  /* by call and the function that made it */
	BY_FUNCTIONS, /* by stack, but named and not by address, so that two builds compare */
	BY_FLOW,
	BY_PROCESS,
	BY_PROGRAM,
	BY_FAULT, /* page faults by reason, mapping and the call inside which they were taken */
	BY_FAULT_PLACE, /* by reason and mapping, named so that two builds compare */
	BY_FAULT_STACK, /* by reason and stack */
	BY_REASON,
	BY_MAPPING,
	BY_ALLOCATION,		 /* by stack */
	BY_ALLOCATION_FUNCTIONS, /* as BY_FUNCTIONS */
	BY_LARGE_BLOCK,		 /* by size */
};

struct row {
	const char *layer, *call; /* NULL where the grouping has none */
	const char *kind, *name;
	const char *key; /* the same in another trace if the row means the same */
	const char *function;
	const struct frames *stack; /* NULL: none, and `why` */
	const char *why;
	const struct flow_row *flow;
	const struct process *process;
	size_t records;			  /* of a program; that had such faults or such a mapping */
	const char *reason;		  /* of page faults; `kind` and `name` are the mapping's */
	uint64_t reused_pages;		  /* likewise */
	struct mapping_row mapping;	  /* of BY_MAPPING: the sum */
	struct allocation_row allocation; /* of BY_ALLOCATION: the sum, but the largest peak */
	struct large_block_row large_block; /* of BY_LARGE_BLOCK: the sum, and the size of one */
	struct counts counts;
	struct sizes sizes;
};

struct rows {
	size_t count;
	struct row *items;
};

struct rows rows_of(struct trace *trace, enum grouping grouping);

/* The largest value of the column first; ties by copied bytes, returned bytes, calls, minor faults,
 * then key. */
void rows_sort(struct rows *rows, int column);

/* The rows of one layer, "library", "syscall" or "process"; they are never added up. */
struct rows rows_of_layer(struct arena *arena, const struct rows *rows, const char *layer);

/* The name of a frame as reports print it: function, or libfoo.so+0x1234. */
const char *frame_name(struct arena *arena, const struct frame *frame);

/* At most so many frames of a stack in one line: "load < main". */
const char *innermost_frames(struct trace *trace, const struct frames *stack, size_t most);

/* The last part of a path. */
const char *base_name(const char *path);

#endif
