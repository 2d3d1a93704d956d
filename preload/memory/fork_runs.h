/*
 * fork_runs.h - the region's table of what was done to pages that forks had left shared.
 */
#ifndef MEMORY_FORK_RUNS_H
#define MEMORY_FORK_RUNS_H

#include "shared/region.h"

/*
 * Adds a run to those of a fork: to the one before, where it goes on with that; or
 * to what is known of all for which there is no room. One thread at a time.
 */
void fork_runs_add(struct fork_record *record, const struct fork_run *run);

#endif
