/*
 * dispatch_special.c - caught calls that can't be made as others are: about signals, the stack, or
 * what dispatch itself rests on.
 */
#include "syscall/dispatch_special.h"

#include "abi/kernel.h"
#include "abi/raw.h"
#include "syscall/confine.h"
#include "syscall/dispatch.h"
#include "syscall/dispatch_clone.h"
#include "syscall/dispatch_masks.h"
#include "syscall/dispatch_signals.h"
#include "syscall/hook.h"
#include "syscall/numbers.h"

#include <linux/seccomp.h>
#include <sched.h>

#define EXECUTION_BYTES 6144

/*
 * A thread ends; the process too where it is the last. unshare() then succeeds
 * and does nothing (kernel/fork.c, check_unshare_flags()). To write the trace
 * takes libc's thread-local variables, so only for a thread that is known.
 */
static void ending(long status)
{
	if (hook_at_exit && RAW_1(SYS_unshare, CLONE_THREAD) == 0)
		hook_at_exit((int)status & 0xff);
}

/* The calls of the 32-bit table that move bytes and mean the same as ours. */
static long number_of_32(long nr)
{
	switch (nr) {
	case 3:
		return SYS_read;
	case 4:
		return SYS_write;
	case 145:
		return SYS_readv;
	case 146:
		return SYS_writev;
	default:
		return -1;
	}
}

void special_int80(struct caught *caught, bool known)
{
	greg_t *reg = caught->context->uc_mcontext.gregs;
	struct caught copy = {.context = caught->context};
	uint64_t bit = SIGSYS_BIT;
	if (known && (reg[REG_RAX] == 1 || reg[REG_RAX] == 252))
		ending(reg[REG_RBX]);
	copy.call = (struct call_frame){
	    .nr = reg[REG_RAX],
	    .a = {reg[REG_RBX], reg[REG_RCX], reg[REG_RDX], reg[REG_RSI], reg[REG_RDI],
		  reg[REG_RBP]},
	};
	caught->call.nr = number_of_32(copy.call.nr);
	for (int i = 0; i < 6; i++)
		caught->call.a[i] = (uint32_t)copy.call.a[i];
	bool wanted = known && number_is_wanted(caught->call.nr);
	if (wanted)
		hook_enter(&caught->call);
	long r = dispatch_int80(&copy);
	if (wanted)
		hook_exit(&caught->call, r);
	reg[REG_RAX] = r;
	if (r == 0 && (copy.call.nr == 2 || copy.call.nr == 120))
		dispatch_forked(false);
	RAW_4(SYS_rt_sigprocmask, SIG_UNBLOCK, &bit, &caught->context->uc_sigmask, 8);
	*(uint64_t *)&caught->context->uc_sigmask &= ~bit;
}

/* The program wants to dispatch, or its thread no longer. */
static void own_dispatch(struct caught *caught, struct dispatch_self *me)
{
	greg_t *reg = caught->context->uc_mcontext.gregs;
	if (caught->call.a[1] == PR_SYS_DISPATCH_OFF && !me->left) {
		const long *a = caught->call.a;
		reg[REG_RAX] = a[2] || a[3] || a[4] ? -EINVAL : 0;
		return;
	}
	dispatch_taken();
	signals_give_back(me);
	me->left = true;
	/* The last thing that is made from here: after it the range is the program's. */
	reg[REG_RIP] = (greg_t)dispatch_pass;
}

/* Nothing but read, write and exit will be allowed: recording takes more, and so does dispatch. */
static void give_up(struct caught *caught)
{
	dispatch_disarm();
	confine_enter(&caught->call);
	caught->context->uc_mcontext.gregs[REG_RIP] = (greg_t)dispatch_pass;
}

static bool takes_our_stack(const struct call_frame *call)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0), length = (uintptr_t)call->a[1];
	uintptr_t start = (uintptr_t)call->a[0];
	return here - start < length || call->sp - start < length;
}

static void unmap_stack(struct caught *caught)
{
	/* The next call, exit, has no stack for a signal. */
	if (clone_alone(caught->context))
		dispatch_disarm();
}

/* Of an alternate stack of 8 KiB two signals may have left less than the end of a record takes. */
static bool has_room_to_execute(const ucontext_t *context)
{
	const stack_t *stack = &context->uc_stack;
	uintptr_t left = (uintptr_t)__builtin_frame_address(0) - (uintptr_t)stack->ss_sp;
	return stack->ss_flags & SS_DISABLE || left >= stack->ss_size || left >= EXECUTION_BYTES;
}

/*
 * To end a record takes libc's thread-local variables, and room. Without, what
 * was counted stays in the live region.
 */
static long execute(struct caught *caught, struct dispatch_self *me, bool known)
{
	bool ends = known && hook_execute && has_room_to_execute(caught->context);
	signals_before_exec(me);
	long r = ends ? hook_execute(&caught->call) : dispatch_call(caught);
	signals_after_exec();
	return r;
}

bool special_call(struct caught *caught, struct dispatch_self *me, bool known)
{
	greg_t *reg = caught->context->uc_mcontext.gregs;
	const long *a = caught->call.a;
	switch (caught->call.nr) {
	case SYS_rt_sigreturn:
		mask_of_return(me, caught->call.sp);
		reg[REG_RIP] = (greg_t)dispatch_leave;
		return true;
	case SYS_exit:
		if (known)
			ending(a[0]);
		reg[REG_RIP] = (greg_t)dispatch_leave;
		return true;
	case SYS_seccomp:
		if (a[0] != SECCOMP_SET_MODE_STRICT)
			return false;
		give_up(caught);
		return true;
	case SYS_sigaltstack:
	case SYS_arch_prctl:
		/* Neither inside a handler on that stack, nor with code after it that uses %fs. */
		reg[REG_RIP] = (greg_t)dispatch_pass;
		return true;
	case SYS_rt_sigaction:
		reg[REG_RAX] = signals_action(&caught->call);
		return true;
	case SYS_rt_sigprocmask:
		reg[REG_RAX] = mask_change(me, caught->context, a);
		signals_deliver_pending(me);
		return true;
	case SYS_rt_sigpending: {
		long r = dispatch_call(caught);
		if (r == 0 && a[1] == 8 && signals_pending())
			*(uint64_t *)a[0] |= SIGSYS_BIT;
		reg[REG_RAX] = r;
		return true;
	}
	case SYS_fork:
	case SYS_vfork:
	case SYS_clone:
	case SYS_clone3:
		clone_caught(caught, known);
		return true;
	case SYS_execve:
	case SYS_execveat:
		reg[REG_RAX] = execute(caught, me, known);
		return true;
	case SYS_prctl:
		if (a[0] == PR_SET_SECCOMP && a[1] == SECCOMP_MODE_STRICT) {
			give_up(caught);
			return true;
		}
		if (a[0] != PR_SET_SYSCALL_USER_DISPATCH)
			return false;
		own_dispatch(caught, me);
		return true;
	case SYS_munmap:
		if (!takes_our_stack(&caught->call))
			return false;
		unmap_stack(caught);
		return true;
	default:
		return false;
	}
}
