/*
 * brackets.h - page faults that no sample tells of, taken by the kernel inside a system call: by
 * how many more there are after it.
 *
 * Without the right to look at the kernel (kernel.perf_event_paranoid 2) those
 * are all that the kernel takes as it copies; with it, those of memory that it
 * pins, and those that find no room in the ring. To ask costs 0.3 us, twice: not
 * where the same pages were used in the same way before, and none was missing;
 * or of calls that copy names and such, where one was made before from the same
 * place.
 */
#ifndef MEMORY_BRACKETS_H
#define MEMORY_BRACKETS_H

#include "span/span.h"

struct fault;
struct faults_state;

/* Whether a call's buffer may have more pages than a ring has room for samples of. */
bool bracket_may_overrun(long nr, const long a[6]);

/* Around a system call, of which the second gets what it returned and the address behind it. */
void bracket_enter(struct bracket *bracket, long nr, const long a[6]);
void bracket_exit(struct bracket *bracket, long nr, const long a[6], long r, uintptr_t behind);

/* The same around a call of which no more is known than from where it is made. */
void bracket_enter_at(struct bracket *bracket, uintptr_t caller);
void bracket_exit_at(struct bracket *bracket, uintptr_t caller);

/*
 * The same around a call whose faults the caller accounts itself, with what they were for. False
 * where nothing is known; else how many there were is in the bracket.
 */
void bracket_begin(struct bracket *bracket);
bool bracket_end(struct bracket *bracket);

/* Pages may be missing that weren't: memory has been unmapped, or shared by a fork. */
void brackets_forget(void);

/* These have samples: their pages are there when a later call comes to them. */
void brackets_touched(struct faults_state *state, const struct fault *faults, unsigned count);

#endif
