/*
 * collect.h - the private directory in which a recorded tree of processes leaves its traces.
 */
#ifndef VIEWER_COLLECT_H
#define VIEWER_COLLECT_H

#include "model.h"
#include "run.h"

#include <stdbool.h>

/* A new directory for us alone, or NULL after telling the user. */
char *collection_init(struct arena *arena);

/*
 * Adds up what the processes left. What can't be read is named on stderr and
 * left out; returns false if there was such a thing.
 */
bool collection_read(const char *directory, const struct outcome *outcome, struct trace *trace);

/* Removes the directory, what is in it, and the regions of ours that links in it lead to. */
void collection_close(const char *directory);

/* How many processes still have the directory in their environment: they may leave something in it.
 */
unsigned collection_users(const char *directory);

#endif
