/*
 * trace_io.h - traces in and out: JSON, live regions, and which of the two a file is.
 */
#ifndef VIEWER_TRACE_IO_H
#define VIEWER_TRACE_IO_H

#include "complain.h"
#include "model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct region_fate; /* shared/region_json.h, which jansson.h can't stand beside it */

/*
 * Each fills an empty trace, or returns false with the reason in `why` and
 * the trace empty. The file descriptor is of a regular file, at offset 0.
 */
bool trace_read(struct trace *trace, const char *path, struct complaint *why);
bool trace_read_json(struct trace *trace, int fd, struct complaint *why);
bool trace_read_json_text(struct trace *trace, const char *text, size_t bytes,
			  struct complaint *why);

/* fate NULL: found out by looking for the process. */
bool trace_read_region(struct trace *trace, int fd, const struct region_fate *fate,
		       struct complaint *why);
/* What stands at its start, if it is of a layout and of tables that are ours. */
bool trace_read_region_head(int fd, struct region *head, struct complaint *why);
bool trace_read_region_bytes(struct trace *trace, const void *bytes, size_t n,
			     const struct region_fate *fate, struct complaint *why);

/* Opens for reading what is, once links are followed, a regular file; never waits. -1 with the
 * reason. */
int open_regular(const char *path, struct complaint *why);
bool is_region(int fd);

/*
 * Adds a trace to another that is empty or made by this; frames and stacks
 * become common ones. What was added is empty after.
 */
void trace_steal(struct trace *into, struct trace *more);

/*
 * Takes out of a trace the records that are known, and makes the others known;
 * returns how many were. arena: of `known`.
 */
size_t trace_drop_known(struct trace *trace, struct map *known, struct arena *arena);

bool trace_is_empty(const struct trace *trace);

/*
 * Tells how and when processes ended that couldn't say so themselves, killed or
 * untraced, by what their parents were told when they waited for them, and what
 * else is known of such: `more`, which may be NULL.
 */
void trace_settle(struct trace *trace, const struct child_row *more);

/* Names what frames don't tell: functions and source lines, where the files are still those traced.
 */
void trace_symbolize(struct trace *trace);

bool trace_write_json(const struct trace *trace, FILE *file);

#endif
