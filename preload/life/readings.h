/*
 * readings.h - what the kernel itself counts about this process.
 */
#ifndef LIFE_READINGS_H
#define LIFE_READINGS_H

#include "life/environment.h"
#include "region/kernel_io.h"

#define RCHAR_UNREAD UINT64_MAX

/* /proc/self/io and, right after it, the calling thread's part of it. */
struct reading {
	struct io_counters process;
	struct kernel_io_mark thread;
};
void reading_take(struct reading *reading);

/*
 * The start of a record, from a reading taken before anything of ours; what we
 * read and wrote since then is ours. Leaves *mark there.
 */
void reading_start(struct region *region, const struct reading *first, struct kernel_io_mark *mark);

/*
 * The end of it: the last figures, and what of them is of children. What we do
 * behind it is in nobody's; an end that is undone, since its exec failed, calls
 * reading_resume(), where that was announced.
 */
void reading_end(struct region *region, struct reading *last, bool may_resume);
void reading_resume(struct region *region, struct reading *last);

/* What a pid takes along to another program: rchar, this reading included, RCHAR_UNREAD where it
 * can't be read; page faults. */
void reading_counted(struct counted *counted);

/*
 * Bytes in the buffers of stdio's streams, which libc writes after all exit
 * handlers. No lock is taken: a thread may hold one for ever, as libc knows too.
 */
uint64_t reading_unwritten(void);

#endif
