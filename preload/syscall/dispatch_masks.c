/*
 * dispatch_masks.c - keeps SIGSYS out of every set of signals that the program has blocked.
 *
 * The kernel ends a process that makes a system call under dispatch while
 * SIGSYS is blocked (kernel/signal.c, force_sig_info_to_task()).
 */
#include "syscall/dispatch_masks.h"

#include "abi/kernel.h"
#include "abi/raw.h"

#include <stddef.h>

#define URING_EXT_ARG 8 /* linux/io_uring.h: IORING_ENTER_EXT_ARG */

long mask_change(struct dispatch_self *me, ucontext_t *context, const long a[6])
{
	const uint64_t *set = (const uint64_t *)a[1];
	uint64_t *old = (uint64_t *)a[2];
	uint64_t *mask = (uint64_t *)&context->uc_sigmask, wanted, before = *mask;
	bool was_blocked = me->sigsys_blocked, blocked = was_blocked;

	if (a[3] != 8)
		return -EINVAL;
	if (set) {
		if (!raw_is_readable(set))
			return -EFAULT;
		wanted = *set;
		switch ((int)a[0]) {
		case SIG_BLOCK:
			*mask |= wanted;
			blocked |= (wanted & SIGSYS_BIT) != 0;
			break;
		case SIG_UNBLOCK:
			*mask &= ~wanted;
			blocked &= !(wanted & SIGSYS_BIT);
			break;
		case SIG_SETMASK:
			*mask = wanted;
			blocked = wanted & SIGSYS_BIT;
			break;
		default:
			return -EINVAL;
		}
		*mask &= ~(SIGSYS_BIT | 1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1));
		me->sigsys_blocked = blocked;
	}
	if (old) {
		/* The kernel finds out whether it can be written to. */
		long r = RAW_4(SYS_rt_sigprocmask, SIG_BLOCK, NULL, old, 8);
		if (r < 0)
			return r;
		*old = before | (was_blocked ? SIGSYS_BIT : 0);
	}
	return 0;
}

/* The number of the argument that leads to a set, or -1; *pair: by way of its address and size. */
static int argument_of(const struct call_frame *call, bool *pair)
{
	*pair = false;
	switch (call->nr) {
	case SYS_rt_sigsuspend:
		return call->a[1] == 8 ? 0 : -1;
	case SYS_ppoll:
		return call->a[4] == 8 ? 3 : -1;
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
		return call->a[5] == 8 ? 4 : -1;
	case SYS_io_uring_enter:
		*pair = call->a[3] & URING_EXT_ARG;
		return *pair || call->a[5] == 8 ? 4 : -1;
	case SYS_pselect6:
	case SYS_io_pgetevents:
		*pair = true;
		return 5;
	default:
		return -1;
	}
}

void mask_replace(struct caught *caught)
{
	bool pair;
	int i = argument_of(&caught->call, &pair);
	caught->replaced = -1;
	if (i < 0 || !caught->call.a[i])
		return;
	const uint64_t *words = (const uint64_t *)caught->call.a[i], *set = words;
	if (pair) {
		if (!raw_is_readable(words) || !raw_is_readable(words + 1))
			return;
		caught->pair[1] = words[1]; /* io_uring's third word, a time, comes before use */
		set = (const uint64_t *)words[0];
	}
	if (!set || !raw_is_readable(set) || !(*set & SIGSYS_BIT))
		return;
	caught->mask = *set & ~SIGSYS_BIT;
	caught->argument = caught->call.a[i];
	caught->replaced = i;
	if (pair) {
		caught->pair[0] = (uintptr_t)&caught->mask;
		caught->pair[2] = caught->call.nr == SYS_io_uring_enter ? words[2] : 0;
		caught->call.a[i] = (long)caught->pair;
	} else {
		caught->call.a[i] = (long)&caught->mask;
	}
}

void mask_put_back(struct caught *caught)
{
	if (caught->replaced >= 0)
		caught->call.a[caught->replaced] = caught->argument;
}

void mask_of_return(struct dispatch_self *me, uintptr_t sp)
{
	/* The return address is off the stack by now; a ucontext follows (x86-64 ABI). */
	uint64_t *mask = (uint64_t *)(sp + offsetof(ucontext_t, uc_sigmask));
	if (raw_is_readable(mask) && *mask & SIGSYS_BIT) {
		*mask &= ~SIGSYS_BIT;
		me->sigsys_blocked = true;
	}
}
