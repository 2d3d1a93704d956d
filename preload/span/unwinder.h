/*
 * unwinder.h - libunwind, loaded so that the program can't notice.
 */
#ifndef SPAN_UNWINDER_H
#define SPAN_UNWINDER_H

#include <stdbool.h>

/*
 * Loads libunwind; false where it isn't installed. Calls dlopen, so only while
 * the program can't hold the loader's or the allocator's locks.
 */
bool unwinder_load(void);

/*
 * Fills in up to n return addresses, innermost first; returns how many. No
 * signal handler comes in between. Not for a thread that is already inside it.
 */
int unwinder_capture(void **addresses, int n);

/*
 * Around a fork: no other thread may be inside libunwind, whose locks the
 * child would inherit. The first waits for those that are, for a hundredth of a
 * second at most.
 */
void unwinder_pause(void);
void unwinder_resume(void);

/* In a forked child: no other thread is inside. */
void unwinder_forked(void);

/* Whether this thread is inside, and its system calls are ours. */
bool unwinder_is_capturing(void);

#endif
