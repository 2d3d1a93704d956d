/*
 * kernel_io.h - what the kernel counts of a process and of each of its threads (/proc/PID/io).
 *
 * The process's figures are the sum of its threads', of those that ended, and
 * of all children that it has waited for. The last two are in one sum, which
 * nothing shows; it is what remains of the whole when the threads are taken
 * away.
 */
#ifndef REGION_KERNEL_IO_H
#define REGION_KERNEL_IO_H

#include "shared/region.h"

#include <stdbool.h>

#define KERNEL_IO_PROCESS "/proc/self/io"
#define KERNEL_IO_THREAD  "/proc/thread-self/io"

/*
 * Reads one such file; io->known is 0 where it can't be. The reading itself
 * adds text_bytes to rchar, but only for the next one. Async-signal-safe.
 */
void kernel_io_read(const char *path, struct io_counters *io);

/* What the calling thread had counted, and what of that the ledger has. */
struct kernel_io_mark {
	struct io_counters io;
	uint64_t explained_rchar, explained_wchar;
	uint64_t own_read_bytes; /* what kernel_io_own_read() had been told */
};

/*
 * Bytes that we move ourselves are no bytes of the program's: what this thread
 * does between the two calls goes to own_read_bytes and own_written_bytes. But
 * for what it has recorded meanwhile, say in a signal handler. The second moves
 * the mark to where it is now: for what follows at once the first isn't needed.
 */
void kernel_io_own_begin(struct kernel_io_mark *mark);
void kernel_io_own_end(struct kernel_io_mark *mark);

/* This thread has read n bytes for us; also between the two calls. Async-signal-safe. */
void kernel_io_own_read(uint64_t n);

/* Adds to `sum` what all threads of the process but the calling one have counted; returns how many
 * there are. */
uint32_t kernel_io_other_threads(struct io_counters *sum);

/*
 * Keeps the figures of threads that end, which can't be told from those of
 * children afterwards: from the first call on, and of each thread that makes
 * the second. Returns whether it can.
 */
bool kernel_io_watch_threads(void);
void kernel_io_watch_thread(void);

#endif
