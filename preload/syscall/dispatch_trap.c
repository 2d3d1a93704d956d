/*
 * dispatch_trap.c - what becomes of a system call that was caught.
 *
 * Most are made by the program itself, in our text, to which the handler
 * returns (dispatch_text.S): then what waits in a call, and is interrupted,
 * cancelled or left by a jump there, has no frame of ours below it, and an
 * alternate stack of 8 KiB has room for the program's own handlers.
 *
 * That takes some of the program's stack. Where it can't be told to have that
 * (a goroutine's has 2 KiB), the call is made inside the handler, on the
 * alternate stack. Calls that have to do with signals and with the stack itself
 * are in dispatch_special.c.
 */
#include "syscall/dispatch_trap.h"

#include "abi/raw.h"
#include "region/recording.h"
#include "region/thread.h"
#include "syscall/cancel.h"
#include "syscall/dispatch.h"
#include "syscall/dispatch_masks.h"
#include "syscall/dispatch_signals.h"
#include "syscall/dispatch_special.h"
#include "syscall/dispatch_thread.h"
#include "syscall/hook.h"
#include "syscall/numbers.h"

#include <linux/audit.h>
#include <stdint.h>

#define NEAR		(8ul << 20) /* the size of an ordinary thread's stack */
#define UNWINDING_BYTES 8192

extern void *__libc_stack_end; /* of ld.so */

void dispatch_enter(struct caught *caught);
void dispatch_exit(struct caught *caught, long r);

static const char asked; /* its address tells a signal of ours */
uint32_t trap_answers;

/* Whether the open wrapper announced this call. */
static bool take_announced(long nr)
{
	if (self.expected != ~(uint32_t)nr)
		return false;
	self.expected = 0;
	return true;
}

/* Of dispatch_text.S, in the program's place: this thread is known. */
void dispatch_enter(struct caught *caught)
{
	struct dispatch_self *me = dispatch_thread_self(true);
	bool bare = self.bare;
	caught->context = NULL;
	mask_replace(caught);
	self.bare = me->shallow;
	me->shallow = false;
	if (take_announced(caught->call.nr))
		caught->call.span.cell = NULL;
	else
		hook_enter(&caught->call);
	self.bare = bare;
}

void dispatch_exit(struct caught *caught, long r)
{
	self.cancellable = 0;
	hook_exit(&caught->call, r);
	mask_put_back(caught);
}

/* In the handler, on behalf of a thread that has no thread-local memory of ours. */
static void enter_on_loan(void *caught)
{
	hook_enter(&((struct caught *)caught)->call);
}

static void exit_on_loan(void *argument)
{
	struct caught *caught = argument;
	hook_exit(&caught->call, caught->call.result);
}

static long make_here(struct caught *caught, bool known)
{
	bool wanted =
	    number_is_wanted(caught->call.nr) && !(known && take_announced(caught->call.nr));
	/* Beginning and ending a record take more of libc than can be lent. */
	if (!known && (caught->call.nr == SYS_exit_group || !recording_state.recording))
		wanted = false;
	mask_replace(caught);
	/* The stack that the signal came on is small, or this would be made elsewhere. */
	bool bare = self.bare;
	if (known)
		self.bare = true;
	if (wanted && known)
		hook_enter(&caught->call);
	else if (wanted)
		wanted = dispatch_thread_lend(enter_on_loan, caught);
	long r = dispatch_call(caught);
	caught->call.result = r;
	if (wanted && known)
		hook_exit(&caught->call, r);
	else if (wanted)
		dispatch_thread_lend(exit_on_loan, caught);
	if (known)
		self.bare = bare;
	/* A handler of the program's may have changed what is blocked from now on. */
	if (r == -EINTR)
		RAW_4(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &caught->context->uc_sigmask, 8);
	return r;
}

static bool is_within(uintptr_t sp, const stack_t *stack)
{
	return sp - (uintptr_t)stack->ss_sp < stack->ss_size;
}

/* Whether the program's own stack has room for what we do in its place. */
static bool has_room(const ucontext_t *context, uintptr_t sp)
{
	const stack_t *other = &context->uc_stack;
	/* We are on that stack ourselves, with a frame of the kernel's that will be gone. */
	if (other->ss_flags & SS_DISABLE ||
	    !is_within((uintptr_t)__builtin_frame_address(0), other) || is_within(sp, other))
		return true;
	/* glibc puts a thread's control block at the top of its stack. */
	return (uintptr_t)__libc_stack_end - sp < NEAR || dispatch_thread_base() - sp < NEAR;
}

/* Whether unwinding, which takes some 5 KiB, had better not be tried. */
static bool is_little(const ucontext_t *context, uintptr_t sp)
{
	const stack_t *other = &context->uc_stack;
	return !(other->ss_flags & SS_DISABLE) && is_within(sp, other) &&
	       sp - (uintptr_t)other->ss_sp < UNWINDING_BYTES;
}

/* Those that are not simply made by the program itself. Out of line, for they take more stack. */
static __attribute__((noinline)) void treat(siginfo_t *info, ucontext_t *context,
					    struct dispatch_self *me, bool known)
{
	greg_t *reg = context->uc_mcontext.gregs;
	struct caught caught = {.context = context};
	caught.call.nr = reg[REG_RAX];
	caught.call.a[0] = reg[REG_RDI];
	caught.call.a[1] = reg[REG_RSI];
	caught.call.a[2] = reg[REG_RDX];
	caught.call.a[3] = reg[REG_R10];
	caught.call.a[4] = reg[REG_R8];
	caught.call.a[5] = reg[REG_R9];
	caught.call.resume = (uintptr_t)reg[REG_RIP];
	caught.call.sp = (uintptr_t)reg[REG_RSP];
	if (info->si_arch == AUDIT_ARCH_I386)
		special_int80(&caught, known);
	else if (special_call(&caught, me, known))
		return;
	else if (known && has_room(context, caught.call.sp))
		/* A set of signals may have to be replaced while it lasts. */
		reg[REG_RIP] = (greg_t)dispatch_forward;
	else
		reg[REG_RAX] = make_here(&caught, known);
}

/* What a wrapper has announced, it counts. */
static void call_caught(siginfo_t *info, ucontext_t *context, struct dispatch_self *me, bool known)
{
	greg_t *reg = context->uc_mcontext.gregs;
	long nr = reg[REG_RAX];
	bool cancellable = known && cancel_caught((uintptr_t)reg[REG_RIP]);
	if (!known || info->si_arch != AUDIT_ARCH_X86_64 || number_must_trap(nr) ||
	    !has_room(context, (uintptr_t)reg[REG_RSP]))
		treat(info, context, me, known);
	else if (!cancellable && (take_announced(nr) || !number_is_wanted(nr)))
		reg[REG_RIP] = (greg_t)dispatch_pass;
	else {
		me->shallow = is_little(context, (uintptr_t)reg[REG_RSP]);
		reg[REG_RIP] = (greg_t)dispatch_forward;
	}
}

static bool is_ours(const siginfo_t *info)
{
	return info->si_code == SI_QUEUE && info->si_pid == raw_getpid() &&
	       info->si_value.sival_ptr == &asked;
}

void trap_ask(int tid)
{
	siginfo_t info = {.si_signo = SIGSYS, .si_code = SI_QUEUE};
	info.si_pid = (pid_t)raw_getpid();
	info.si_value.sival_ptr = (void *)&asked;
	RAW_4(SYS_rt_tgsigqueueinfo, info.si_pid, tid, SIGSYS, &info);
}

void trap_handler(int signal, siginfo_t *info, void *argument)
{
	ucontext_t *context = argument;
	bool known = dispatch_thread_is_known();
	struct dispatch_self *me = dispatch_thread_self(known);

	if (is_ours(info)) {
		if (dispatch_state() == EXHAUSTIVE_TAKEN)
			dispatch_disarm();
		else
			dispatch_arm();
		__atomic_fetch_add(&trap_answers, 1, __ATOMIC_RELEASE);
		return;
	}
	if (info->si_code != SYS_USER_DISPATCH || me->left) {
		signals_deliver(me, info, context);
		return;
	}
	/* Others of the program's threads dispatch; it is to know all of its own calls. */
	if (dispatch_state() == EXHAUSTIVE_TAKEN)
		dispatch_disarm();
	call_caught(info, context, me, known);
}
