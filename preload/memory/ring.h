/*
 * ring.h - one thread's page faults as the kernel samples them: perf events, and the memory that
 * they write to.
 *
 * No descriptor is kept: a mapping keeps its event. The kernel gives a forked
 * child none of them (VM_DONTCOPY): there the addresses are nobody's.
 */
#ifndef MEMORY_RING_H
#define MEMORY_RING_H

#include "memory/fault.h"

struct perf_event_mmap_page;

struct ring {
	struct perf_event_mmap_page *minor; /* NULL: there is no ring */
	struct perf_event_mmap_page *major;
	void *filling; /* of the event that says so by a signal */
	uint64_t minor_bytes;
	int32_t filling_fd; /* as its signals say, though it has been closed */
};

/* Whether the kernel may be asked for an event: a seccomp filter's answer might be to kill. */
bool ring_may_ask(void);

enum ring_error { RING_NO_EVENT = 1, RING_NO_MEMORY };

/*
 * Begins to sample the calling thread. With a signal, that is sent after each
 * so many faults in user mode; they never interrupt a system call. Returns 0,
 * or an enum ring_error and in *error an errno value.
 */
struct ring_wish {
	bool kernel_mode;
	int signal;	   /* or 0 */
	uint32_t interval; /* faults from one signal to the next */
};
enum ring_error ring_open(struct ring *ring, const struct ring_wish *wish, int *error);

/* Of whatever thread it was. */
void ring_close(struct ring *ring);

/* From now on it sends no signals. Of whatever thread it is. */
void ring_silence(struct ring *ring);

/* How much was written so far, how much has been read, and where the kernel keeps the first. */
uint64_t ring_written(const struct ring *ring);
uint64_t ring_read(const struct ring *ring);
const uint64_t *ring_counts_at(const struct ring *ring);

/*
 * Takes the next faults out; returns how many, 0 where there are no more.
 * positions[] is where in what was written each stands (of minor ones; 0 of
 * major ones). Adds to *lost how many found no room.
 */
unsigned ring_take(struct ring *ring, struct fault *faults, uint64_t *positions, unsigned most,
		   uint64_t *lost);

/*
 * The addresses from start to end of the last faults before a point in what was
 * written, of those not taken out; returns how many.
 */
unsigned ring_within(const struct ring *ring, uint64_t before, uintptr_t start, uintptr_t end,
		     uintptr_t *addresses, unsigned most);

#endif
