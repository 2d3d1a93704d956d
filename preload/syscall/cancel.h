/*
 * cancel.h - keeps threads cancellable in system calls that were moved away from where libc has
 * them.
 */
#ifndef SYSCALL_CANCEL_H
#define SYSCALL_CANCEL_H

#include "syscall/frame.h"

#define CANCEL_SIGNAL 32 /* glibc's SIGCANCEL: nptl/pthreadP.h */

/* Before and after an rt_sigaction: where it is of that signal, our handler goes before libc's. */
void cancel_sigaction_enter(struct call_frame *frame);
void cancel_sigaction_exit(struct call_frame *frame, long r);

#endif
