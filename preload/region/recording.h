/*
 * recording.h - whether this process is being recorded, and who must wait while that ends.
 */
#ifndef REGION_RECORDING_H
#define REGION_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A page of its own, so that the kernel can wipe it in a forked child, however
 * that was forked; and not behind a pointer, for every call looks at it.
 */
union recording_state {
	struct {
		uint32_t recording; /* the number of the record, from 1; 0: there is none */
		uint32_t ours; /* 0 while recording is: a child that has no region yet, or nothing
				  ever began */
	};
	char page[4096];
};
extern union recording_state recording_state;

bool recording_after_all(void);

/*
 * Gives the process a region where it has none: at its first call, which may
 * come before our constructor, and in a forked child that finds its state
 * wiped. The floor of lifecycle defines it. Async-signal-safe, and calls no
 * allocator.
 */
void recording_absent(void);

static inline bool recording_on(void)
{
	return __builtin_expect(recording_state.recording, 1) || recording_after_all();
}

/* Before the first record: has the kernel tell a forked child that it has none. */
void recording_init(void);

/* From now on the region is known for one, and wrappers record; or they no longer do. */
void recording_start(void);
void recording_stop(void);

/*
 * The calling thread is about to end the process, or to make another program of
 * it: others that come to a call wait in it for that. What they did meanwhile
 * would be in no record. They go on where there was no end after all.
 */
void recording_stop_others(void);
void recording_resume_others(void);

/* Waits where the process is about to end, until it goes on after all. */
void recording_wait_for_end(void);

#endif
