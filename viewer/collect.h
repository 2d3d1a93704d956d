/*
 * collect.h - a directory in which a tree of processes leaves its traces.
 */
#ifndef VIEWER_COLLECT_H
#define VIEWER_COLLECT_H

#include "complain.h"
#include "model.h"
#include "run.h"

#include <stdbool.h>

/* A new directory for us alone, or NULL after telling the user. */
char *collection_init(struct arena *arena);

/*
 * Adds up what the processes left, traces (copytrace.*.json) and live regions.
 * What can't be read is named on stderr and left out; returns false if there
 * was such a thing. outcome: of the process that we waited for, or NULL.
 */
bool collection_read(const char *directory, const struct outcome *outcome, struct trace *trace);

/*
 * Fills an empty trace with what a path that the user gave has: a trace, a live
 * region, or a directory of them, of which not all may be readable (complete is
 * false then). Returns false, with the reason in `why`, if there is nothing.
 */
bool traces_read(struct trace *trace, const char *path, bool *complete, struct complaint *why);
/* The same, where a part isn't enough. */
bool traces_read_whole(struct trace *trace, const char *path, struct complaint *why);

/* The command, as a child of ours. */
struct child_row outcome_child(const struct outcome *outcome);

/* Removes the directory, what is in it, and the regions of ours that links in it lead to. */
void collection_close(const char *directory);

#endif
