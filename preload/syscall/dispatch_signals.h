/*
 * dispatch_signals.h - what the program wants to be done with SIGSYS, which is ours.
 */
#ifndef SYSCALL_DISPATCH_SIGNALS_H
#define SYSCALL_DISPATCH_SIGNALS_H

#include "syscall/dispatch_frame.h"
#include "syscall/dispatch_thread.h"

/* Takes SIGSYS over, or gives it back as it was. */
void signals_take(void (*handler)(int, siginfo_t *, void *), struct dispatch_self *me);
void signals_give_back(struct dispatch_self *me);

/* rt_sigaction. Returns its result. */
long signals_action(struct call_frame *call);

/* A SIGSYS that is not ours, for the program. */
void signals_deliver(struct dispatch_self *me, siginfo_t *info, ucontext_t *context);

/* One that came while the program had SIGSYS blocked, once it hasn't. */
void signals_deliver_pending(const struct dispatch_self *me);
bool signals_pending(void);

/* A new image inherits what is ignored and blocked: before exec, and where that failed. */
void signals_before_exec(const struct dispatch_self *me);
void signals_after_exec(void);

/* In a forked child. */
void signals_forked(bool handlers_cleared);

#endif
