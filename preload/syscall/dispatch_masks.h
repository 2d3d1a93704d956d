/*
 * dispatch_masks.h - keeps SIGSYS out of every set of signals that the program has blocked.
 */
#ifndef SYSCALL_DISPATCH_MASKS_H
#define SYSCALL_DISPATCH_MASKS_H

#include "syscall/dispatch_frame.h"
#include "syscall/dispatch_thread.h"

/* rt_sigprocmask, made by changing what the program's context will be. Returns its result. */
long mask_change(struct dispatch_self *me, ucontext_t *context, const long a[6]);

/* For the time of a call with a set of its own (ppoll and the like): a copy without SIGSYS. */
void mask_replace(struct caught *caught);
void mask_put_back(struct caught *caught);

/* The frame that rt_sigreturn is about to take up. */
void mask_of_return(struct dispatch_self *me, uintptr_t sp);

#endif
