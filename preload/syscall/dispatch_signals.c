/*
 * dispatch_signals.c - what the program wants to be done with SIGSYS, which is ours.
 */
#include "syscall/dispatch_signals.h"

#include "abi/raw.h"
#include "memory/urgent.h"
#include "syscall/cancel.h"
#include "syscall/dispatch_masks.h"

#include <string.h>

/* What the kernel keeps of sa_flags (include/uapi/asm-generic/signal-defs.h, x86). */
#define FLAGS_KEPT   0xdc000807ul
#define DISPOSITIONS 8
#define OUR_FLAGS    (SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTORER_FLAG)

#define ALL_BUT_SIGSYS (~SIGSYS_BIT)

/*
 * A child that shares memory with its parent has dispositions of its own, in
 * the same variables: posix_spawn() resets them all in the child.
 */
struct disposition {
	int32_t pid; /* 0: unused */
	struct kernel_sigaction sigsys;
	uint64_t masks; /* bit n - 1: the handler of signal n is to run with SIGSYS blocked */
};

static struct disposition dispositions[DISPOSITIONS];
static struct {
	uint32_t held;
	siginfo_t info;
} pending;

/* Also put back by dispatch_text.S, in a child without handlers. */
struct kernel_sigaction dispatch_action __attribute__((visibility("hidden")));

static struct disposition *find(bool to_change)
{
	int32_t mine = (int32_t)raw_getpid();
	for (int i = 0; i < DISPOSITIONS; i++)
		if (__atomic_load_n(&dispositions[i].pid, __ATOMIC_ACQUIRE) == mine)
			return &dispositions[i];
	for (int i = 1; to_change && i < DISPOSITIONS; i++) {
		int32_t pid = dispositions[i].pid;
		if ((pid && RAW_2(SYS_kill, pid, 0) != -ESRCH) ||
		    !__atomic_compare_exchange_n(&dispositions[i].pid, &pid, mine, false,
						 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			continue;
		dispositions[i].sigsys = dispositions[0].sigsys;
		dispositions[i].masks = dispositions[0].masks;
		return &dispositions[i];
	}
	return &dispositions[0];
}

static void set_ours(uint64_t restart)
{
	dispatch_action.flags = OUR_FLAGS | restart;
	RAW_4(SYS_rt_sigaction, SIGSYS, &dispatch_action, NULL, 8);
}

void signals_take(void (*handler)(int, siginfo_t *, void *), struct dispatch_self *me)
{
	uint64_t bit = SIGSYS_BIT, before = 0;
	dispatch_action.handler = (uintptr_t)handler;
	dispatch_action.restorer = (uintptr_t)signals_restorer;
	dispositions[0].pid = (int32_t)raw_getpid();
	RAW_4(SYS_rt_sigaction, SIGSYS, NULL, &dispositions[0].sigsys, 8);
	for (int signal = 1; signal <= 64; signal++) {
		struct kernel_sigaction action;
		if (signal == SIGSYS || RAW_4(SYS_rt_sigaction, signal, NULL, &action, 8) < 0 ||
		    !(action.mask & SIGSYS_BIT) || action.handler <= (uintptr_t)SIG_IGN)
			continue;
		action.mask &= ~SIGSYS_BIT;
		RAW_4(SYS_rt_sigaction, signal, &action, NULL, 8);
		dispositions[0].masks |= 1ull << (signal - 1);
	}
	set_ours(SA_RESTART);
	RAW_4(SYS_rt_sigprocmask, SIG_UNBLOCK, &bit, &before, 8);
	me->sigsys_blocked = before & SIGSYS_BIT;
}

void signals_give_back(struct dispatch_self *me)
{
	uint64_t bit = SIGSYS_BIT;
	RAW_4(SYS_rt_sigaction, SIGSYS, &find(false)->sigsys, NULL, 8);
	if (me->sigsys_blocked)
		RAW_4(SYS_rt_sigprocmask, SIG_BLOCK, &bit, NULL, 8);
	me->sigsys_blocked = false;
}

static bool action_is_readable(const struct kernel_sigaction *action)
{
	for (unsigned i = 0; i < sizeof(*action) / 8; i++)
		if (!raw_is_readable((const uint64_t *)action + i))
			return false;
	return true;
}

static long sigsys_action(const struct kernel_sigaction *new, struct kernel_sigaction *old)
{
	struct disposition *mine = find(new != NULL);
	struct kernel_sigaction before = mine->sigsys;
	if (new) {
		if (!action_is_readable(new))
			return -EFAULT;
		mine->sigsys = *new;
		mine->sigsys.flags &= FLAGS_KEPT;
		mine->sigsys.mask &= ~(1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1));
		/* A handler of the program's may want calls to fail that ours would restart. */
		unsigned long restart =
		    new->handler > (uintptr_t)SIG_IGN ? new->flags &SA_RESTART : SA_RESTART;
		if ((dispatch_action.flags & SA_RESTART) != restart)
			set_ours(restart);
	}
	if (old) {
		/* The kernel finds out whether it can be written to. */
		long r = RAW_4(SYS_rt_sigaction, SIGSYS, NULL, old, 8);
		if (r < 0)
			return r;
		*old = before;
	}
	return 0;
}

static long other_action(const long a[6])
{
	int signal = (int)a[0];
	const struct kernel_sigaction *new = (const struct kernel_sigaction *)a[1];
	struct kernel_sigaction *old = (struct kernel_sigaction *)a[2], copy;
	uint64_t bit = 1ull << (signal - 1);
	struct disposition *mine = find(new != NULL);
	bool had = mine->masks & bit, masks = false;
	if (new) {
		if (!action_is_readable(new))
			return -EFAULT;
		copy = *new; /* old may be the same place */
		masks = copy.mask & SIGSYS_BIT;
		copy.mask &= ~SIGSYS_BIT;
	}
	long r = RAW_4(SYS_rt_sigaction, signal, new ? &copy : NULL, old, 8);
	if (r < 0)
		return r;
	if (new) {
		if (masks)
			__atomic_fetch_or(&mine->masks, bit, __ATOMIC_RELAXED);
		else
			__atomic_fetch_and(&mine->masks, ~bit, __ATOMIC_RELAXED);
	}
	if (old && had)
		old->mask |= SIGSYS_BIT;
	return r;
}

long signals_action(struct call_frame *call)
{
	const long *a = call->a;
	if (a[3] != 8 || a[0] < 1 || a[0] > 64)
		return raw6(SYS_rt_sigaction, a[0], a[1], a[2], a[3], 0, 0);
	if (a[0] == SIGSYS)
		return sigsys_action((const struct kernel_sigaction *)a[1],
				     (struct kernel_sigaction *)a[2]);
	cancel_sigaction_enter(call);
	urgent_action_enter(call->a);
	long r = other_action(a);
	urgent_action_exit(a, call->given, r);
	cancel_sigaction_exit(call, r);
	return r;
}

static void send_to_self(siginfo_t *info)
{
	RAW_4(SYS_rt_tgsigqueueinfo, raw_getpid(), raw_gettid(), SIGSYS, info);
}

/* As the kernel would have ended it, when nobody handles the signal. */
static void die(siginfo_t *info)
{
	struct kernel_sigaction none = {.handler = (uintptr_t)SIG_DFL};
	uint64_t most = ALL_BUT_SIGSYS;
	RAW_4(SYS_rt_sigprocmask, SIG_SETMASK, &most, NULL, 8);
	RAW_4(SYS_rt_sigaction, SIGSYS, &none, NULL, 8);
	send_to_self(info);
}

/* Where a system call of ours would have been, had the program made it. */
struct place {
	greg_t rip, rsp, rbx;
};

static bool is_a_forwarded_call(const ucontext_t *context, struct place *program)
{
	const greg_t *reg = context->uc_mcontext.gregs;
	const uintptr_t *saved = (const uintptr_t *)reg[REG_RBX]; /* rbx, and where to go on */
	const uintptr_t *pushed = (const uintptr_t *)reg[REG_RSP];
	if (reg[REG_RIP] == (greg_t)dispatch_forwarded) {
		*program = (struct place){(greg_t)saved[1], reg[REG_RBX] + ZONE_BYTES + 16,
					  (greg_t)saved[0]};
		return true;
	}
	if (reg[REG_RIP] == (greg_t)dispatch_passed) {
		*program =
		    (struct place){(greg_t)pushed[0], reg[REG_RSP] + ZONE_BYTES + 8, reg[REG_RBX]};
		return true;
	}
	return false;
}

static struct place place_in(const ucontext_t *context)
{
	const greg_t *reg = context->uc_mcontext.gregs;
	return (struct place){reg[REG_RIP], reg[REG_RSP], reg[REG_RBX]};
}

static void put_place(ucontext_t *context, const struct place *place)
{
	greg_t *reg = context->uc_mcontext.gregs;
	reg[REG_RIP] = place->rip;
	reg[REG_RSP] = place->rsp;
	reg[REG_RBX] = place->rbx;
}

/*
 * A filter of the program's own catches a call where we make it. Its handler
 * is shown the call where the program made it.
 */
static void show_and_handle(const struct kernel_sigaction *action, siginfo_t *info,
			    ucontext_t *context)
{
	void (*handler)(int, siginfo_t *, void *) =
	    (void (*)(int, siginfo_t *, void *))action->handler;
	struct place ours = place_in(context), shown;
	if (!is_a_forwarded_call(context, &shown)) {
		handler(SIGSYS, info, context);
		return;
	}
	info->si_call_addr = (void *)shown.rip;
	put_place(context, &shown);
	handler(SIGSYS, info, context);
	struct place after = place_in(context);
	/* Where the handler goes elsewhere, our frame is left behind. */
	if (after.rip == shown.rip && after.rsp == shown.rsp) {
		put_place(context, &ours);
	}
}

static ucontext_t *outer_context(const ucontext_t *context)
{
	const greg_t *reg = context->uc_mcontext.gregs;
	return reg[REG_RIP] == (greg_t)dispatch_called ? ((struct caught *)reg[REG_RBX])->context
						       : NULL;
}

static void call_handler(struct dispatch_self *me, struct disposition *mine, siginfo_t *info,
			 ucontext_t *context)
{
	struct kernel_sigaction action = mine->sigsys;
	uint64_t *mask = (uint64_t *)&context->uc_sigmask;
	uint64_t add = action.mask & ~SIGSYS_BIT;
	ucontext_t *outer = outer_context(context);
	bool was_blocked = me->sigsys_blocked;

	if (action.flags & SA_RESETHAND)
		mine->sigsys.handler = (uintptr_t)SIG_DFL;
	if (outer) {
		/* Made inside our handler: below it lies what the program knows. */
		info->si_call_addr = (void *)outer->uc_mcontext.gregs[REG_RIP];
		mask = (uint64_t *)&outer->uc_sigmask;
	}
	if (was_blocked)
		*mask |= SIGSYS_BIT;
	me->sigsys_blocked =
	    was_blocked || !(action.flags & SA_NODEFER) || action.mask & SIGSYS_BIT;
	RAW_4(SYS_rt_sigprocmask, SIG_BLOCK, &add, NULL, 8);
	show_and_handle(&action, info, outer ? outer : context);
	me->sigsys_blocked = *mask & SIGSYS_BIT;
	*mask &= ~SIGSYS_BIT;
	/* The forwarded call returns what the handler left as its result. */
	if (outer)
		context->uc_mcontext.gregs[REG_RAX] = outer->uc_mcontext.gregs[REG_RAX];
}

void signals_deliver(struct dispatch_self *me, siginfo_t *info, ucontext_t *context)
{
	struct disposition *mine = find(false);
	bool forced = info->si_code > 0; /* by the kernel, for something that was done */
	bool ignored = mine->sigsys.handler == (uintptr_t)SIG_IGN;
	if (me->sigsys_blocked && !forced) {
		uint32_t none = 0;
		if (__atomic_compare_exchange_n(&pending.held, &none, 1, false, __ATOMIC_ACQ_REL,
						__ATOMIC_ACQUIRE))
			pending.info = *info;
		return;
	}
	if (ignored && !forced)
		return;
	if (me->sigsys_blocked || ignored || mine->sigsys.handler == (uintptr_t)SIG_DFL)
		die(info);
	else
		call_handler(me, mine, info, context);
}

bool signals_pending(void)
{
	return __atomic_load_n(&pending.held, __ATOMIC_ACQUIRE);
}

void signals_deliver_pending(const struct dispatch_self *me)
{
	if (me->sigsys_blocked || !signals_pending())
		return;
	siginfo_t info = pending.info;
	__atomic_store_n(&pending.held, 0, __ATOMIC_RELEASE);
	send_to_self(&info);
}

void signals_before_exec(const struct dispatch_self *me)
{
	struct kernel_sigaction ignore = {.handler = (uintptr_t)SIG_IGN};
	uint64_t bit = SIGSYS_BIT;
	if (me->sigsys_blocked)
		RAW_4(SYS_rt_sigprocmask, SIG_BLOCK, &bit, NULL, 8);
	if (find(false)->sigsys.handler == (uintptr_t)SIG_IGN)
		RAW_4(SYS_rt_sigaction, SIGSYS, &ignore, NULL, 8);
}

void signals_after_exec(void)
{
	uint64_t bit = SIGSYS_BIT;
	RAW_4(SYS_rt_sigaction, SIGSYS, &dispatch_action, NULL, 8);
	RAW_4(SYS_rt_sigprocmask, SIG_UNBLOCK, &bit, NULL, 8);
}

void signals_forked(bool handlers_cleared)
{
	struct disposition mine = *find(false);
	memset(dispositions, 0, sizeof(dispositions));
	mine.pid = (int32_t)raw_getpid();
	pending.held = 0;
	if (handlers_cleared) {
		RAW_4(SYS_rt_sigaction, SIGSYS, &dispatch_action, NULL, 8);
		mine.masks = 0;
		if (mine.sigsys.handler != (uintptr_t)SIG_IGN)
			mine.sigsys.handler = (uintptr_t)SIG_DFL;
	}
	dispositions[0] = mine;
}
