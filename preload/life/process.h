/*
 * process.h - the record of this process: begun, ended, begun anew in a forked child.
 */
#ifndef LIFE_PROCESS_H
#define LIFE_PROCESS_H

#include "shared/region.h"

#include <stdbool.h>

/*
 * Begins the record of the program just loaded, once. On any failure of ours
 * says so and records nothing.
 */
void process_begin(void);

/* Loads the unwinder. Only from our constructor: it calls the loader and the allocator. */
void process_load_unwinder(void);

/* Begins to sample page faults: the last before the program runs. */
void process_watch_faults(void);

/* In a forked child: its own record, from zero. */
void process_begin_forked(void);

/*
 * Ends the record: writes the trace, then removes the live region. Where the
 * trace can't be written the region stays. Once only, except after
 * process_end_undone(). Does nothing in a child that shares our memory.
 */
void process_end(enum ending ending, int status);

/* The same where nothing comes after it but the system call that ends all threads. */
void process_end_at_last(enum ending ending, int status);

/* The same from an exit handler, the last: at the end of the process, where that comes by us. */
void process_end_soon(enum ending ending, int status);

/*
 * Ends the record for an exec: writes the trace, and leaves the live region to
 * the next image, for the exec may fail and the record go on; but removes it
 * where that image can't be traced. Returns the region's path, or "" where there
 * is nothing that the next image should remove; *ended_now tells whether it is
 * for this call to undo.
 */
const char *process_end_by_exec(bool untraced, bool *ended_now);

/* The exec has failed: the record goes on, the trace goes away. */
void process_end_undone(void);

/* Whether this is the process whose record it is, and not a vfork or CLONE_VM child in its memory.
 */
bool process_is_ours(void);

/* The number of this image of the pid: 0, and one more for each exec. */
uint32_t process_image(void);

#endif
