/*
 * living.h - whether a process that left something still runs.
 */
#ifndef VIEWER_LIVING_H
#define VIEWER_LIVING_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the process that had this pid from this time on (field 22 of
 * /proc/PID/stat) still runs; a zombie doesn't.
 */
bool process_lives(int pid, uint64_t start_time);

/* When a process with that pid started, in seconds since the epoch; 0 where none runs. */
int64_t process_started(int pid);

#endif
