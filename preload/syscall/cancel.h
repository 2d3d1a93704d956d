/*
 * cancel.h - keeps threads cancellable in system calls that were moved away from where libc has
 * them.
 */
#ifndef SYSCALL_CANCEL_H
#define SYSCALL_CANCEL_H

#include "syscall/frame.h"

/* Before and after an rt_sigaction: where it is of that signal, our handler goes before libc's. */
void cancel_sigaction_enter(struct call_frame *frame);
void cancel_sigaction_exit(struct call_frame *frame, long r);

/*
 * From here on to cancel_allow() a cancellation of this thread waits. Both are
 * for a hook; before is what was so when it began.
 */
static inline uintptr_t cancel_defer(uintptr_t frame)
{
	uintptr_t before = self.in_hook;
	self.in_hook = frame;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return before;
}

static inline void cancel_allow(uintptr_t before)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	self.in_hook = before;
	if (__builtin_expect(self.cancel_deferred && !before, 0))
		thread_cancel_again();
}

/*
 * Dispatch has caught the call in front of this address, and is about to make
 * it. Returns whether threads are cancelled there; then `self` says so until
 * the call has returned.
 */
bool cancel_caught(uintptr_t resume);

#endif
