/*
 * narrow.h - a trace narrowed to the processes of one program.
 */
#ifndef VIEWER_NARROW_H
#define VIEWER_NARROW_H

#include "model.h"

#include <stdbool.h>

/*
 * Fills `part` with the processes of the trace whose program has that name (the
 * last part of its path): all of them, or where number isn't 0 the one that
 * started as the number-th, counted from 1. The totals are theirs. Returns false
 * if there is none. The part borrows the trace's arena: trace_narrow_end gives
 * it back, and must come before the trace is used again.
 */
bool trace_narrow(struct trace *part, const struct trace *trace, const char *program,
		  uint64_t number);
void trace_narrow_end(const struct trace *part, struct trace *trace);

/* Whether there is such a process. */
bool trace_has(const struct trace *trace, const char *program, uint64_t number);

#endif
