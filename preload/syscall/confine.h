/*
 * confine.h - the program takes system calls, or the clock, away from itself: and so from us.
 */
#ifndef SYSCALL_CONFINE_H
#define SYSCALL_CONFINE_H

#include "syscall/frame.h"

/* Before and after prctl and seccomp. */
void confine_enter(struct call_frame *frame);
void confine_exit(struct call_frame *frame, long r);

/* Whether nothing can be recorded any more, nor in forked children: to read the time stamp counter
 * raises a signal. */
bool confine_gave_up_clock(void);

/* Whether a new program that did as we do would be in danger, under the filters that it inherits.
 */
bool confine_endangers(void);

#endif
