/*
 * trace_file.h - puts the trace in its place: whole or not at all, over nobody's file.
 */
#ifndef LIFE_TRACE_FILE_H
#define LIFE_TRACE_FILE_H

#include "life/names.h"

/*
 * Writes the region as JSON under names->trace, or where that was taken
 * meanwhile under the next free name. Returns 0 or -errno. All signals are
 * held off meanwhile. Allocates from no heap, takes no lock.
 */
int trace_file_write(struct names *names);

/* Removes the live region: the file, and the link to it. It stays mapped. */
void trace_file_remove_region(const struct names *names);

/* Undoes trace_file_remove_region with a copy of what is mapped, and maps that; other threads must
 * not count. */
void trace_file_restore_region(struct names *names);

#endif
