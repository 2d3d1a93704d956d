/*
 * trace_file.h - puts the trace in its place: whole or not at all, over nobody's file.
 */
#ifndef LIFE_TRACE_FILE_H
#define LIFE_TRACE_FILE_H

#include "life/names.h"

/*
 * Writes the region as JSON under names->trace, or where that was taken
 * meanwhile under the next free name. Returns 0 or -errno. All signals
 * must be blocked. Allocates from no heap, takes no lock.
 */
int trace_file_write(struct names *names);

/* What the path of a region begins with whose trace goes to a disk. */
#define REGION_IN_MEMORY "/dev/shm/copytrace-"

/*
 * Removes a live region of this pid, and the link to it; it stays mapped.
 * Anything else at that path is left alone.
 */
void region_file_remove(const char *path);

#endif
