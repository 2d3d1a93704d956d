/*
 * readings.h - what the kernel itself counts about this process.
 */
#ifndef LIFE_READINGS_H
#define LIFE_READINGS_H

#include "shared/region.h"

/*
 * Reads /proc/self/io. own_bytes, if not NULL, is raised by what the reading
 * itself will have added to rchar by the next one.
 */
void reading_io(struct io_counters *io, uint64_t *own_bytes);

/*
 * Bytes in the buffers of stdio's streams, which libc writes after all exit
 * handlers. No lock is taken: a thread may hold one for ever, as libc knows too.
 */
uint64_t reading_unwritten(void);

/* getrusage, into the region: page faults, context switches, whether children were reaped. */
void reading_faults(struct region *region);

/* When this process started, in clock ticks since boot, from /proc/self/stat; 0 where it can't be
 * read. */
uint64_t reading_starttime(void);

#endif
