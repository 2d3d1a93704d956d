/*
 * living.h - whether a process that left something still runs.
 */
#ifndef VIEWER_LIVING_H
#define VIEWER_LIVING_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the process that had this pid at a moment (CLOCK_BOOTTIME) still runs; a
 * zombie doesn't. Two can't have it at once, so one that started before it is the same.
 */
bool process_lives(int pid, uint64_t moment_ns);

/* When a process with that pid started, in seconds since the epoch; 0 where none runs. */
int64_t process_started(int pid);

#endif
