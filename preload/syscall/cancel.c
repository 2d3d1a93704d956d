/*
 * cancel.c - keeps threads cancellable in system calls that were moved away from where libc has
 * them.
 *
 * Since glibc 2.41 a thread is cancelled where it stands only if it stands
 * between two labels around one syscall instruction, up to which libc has looked
 * whether it was cancelled: nptl/pthread_cancel.c, sysdeps/.../syscall_cancel.S.
 * That instruction is one of those that come by us. A thread that is in our
 * place would never be found there, and the call might wait for ever. So the
 * handler of libc's signal is shown a copy of the thread's registers in which it
 * is where it would be without us. The true ones are left as they are.
 */
#include "syscall/cancel.h"

#include "abi/kernel.h"
#include "abi/raw.h"
#include "syscall/own_text.h"

#include <string.h>
#include <ucontext.h>

static struct kernel_sigaction theirs, ours;
static uintptr_t caught_resume; /* behind the site, where it isn't rewritten */

/* Where slots.S is in the making of a call. */
extern const char hook_common[], hook_entry_on_stack[], hook_is_number[], hook_other_form[],
    hook_cancellable[], hook_syscall[], hook_syscall_done[], hook_syscall_left[],
    hook_passed_syscall[], hook_passed_syscall_done[], hook_passed_syscall_left[];

static bool is_between(const char *pc, const char *from, const char *to)
{
	return pc >= from && pc < to;
}

/*
 * The slot by which a thread came that stands in front of its system call, or in
 * it; NULL where it came by none, or the call has returned.
 */
static const struct slot *slot_before_call(const greg_t *reg)
{
	const char *pc = (const char *)reg[REG_RIP];
	if (is_between(pc, hook_slots, (const char *)hook_table))
		return &hook_table[(pc - hook_slots) / SLOT_BYTES];
	if (is_between(pc, hook_common, hook_entry_on_stack))
		return (const struct slot *)reg[REG_RCX];
	if (is_between(pc, hook_entry_on_stack, hook_is_number) ||
	    is_between(pc, hook_other_form, hook_cancellable))
		return *(const struct slot **)reg[REG_RSP];
	/* A call that a handler has interrupted, and that will be made again. */
	if (pc == hook_syscall || pc == hook_passed_syscall)
		return ((const struct slot **)reg[REG_RBX])[1];
	return NULL;
}

static bool has_returned(const char *pc)
{
	return is_between(pc, hook_syscall_done, hook_syscall_left) ||
	       is_between(pc, hook_passed_syscall_done, hook_passed_syscall_left);
}

/* All slots of that form lead back behind one syscall instruction. */
static uintptr_t find_resume(void)
{
	static uintptr_t resume;
	if (caught_resume)
		return caught_resume;
	for (uint32_t i = 0; !resume && i < SLOTS; i++)
		if (hook_table[i].form == FORM_STORE)
			resume = hook_table[i].resume;
	return resume;
}

static void handler(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *real = context;
	ucontext_t shown = *real;
	const struct slot *slot = slot_before_call(real->uc_mcontext.gregs);
	const char *pc = (const char *)real->uc_mcontext.gregs[REG_RIP];
	bool in_hook = own_text_has((uintptr_t)pc);
	bool stands_before =
	    slot ? slot->form == FORM_STORE : self.cancellable && in_hook && !has_returned(pc);
	/* Who is above it has left it by a jump. */
	uintptr_t sp = (uintptr_t)real->uc_mcontext.gregs[REG_RSP];
	if ((self.in_hook && sp <= self.in_hook) || (self.busy && sp <= self.busy)) {
		self.cancel_deferred = true;
		return;
	}
	if (stands_before)
		shown.uc_mcontext.gregs[REG_RIP] = (greg_t)(find_resume() - 2);
	void (*handle)(int, siginfo_t *, void *) =
	    (void (*)(int, siginfo_t *, void *))theirs.handler;
	handle(signal, info, stands_before ? &shown : context);
}

bool cancel_caught(uintptr_t resume)
{
	/* mov %r11,8(%rsp); syscall */
	static const unsigned char code[] = {0x4c, 0x89, 0x5c, 0x24, 0x08, 0x0f, 0x05};
	if (resume % 4096 < sizeof(code) ||
	    memcmp((const void *)(resume - sizeof(code)), code, sizeof(code)) != 0)
		return false;
	caught_resume = resume;
	self.cancellable = 1;
	return true;
}

void cancel_sigaction_enter(struct call_frame *frame)
{
	const struct kernel_sigaction *wanted = (const struct kernel_sigaction *)frame->a[1];
	frame->given = frame->a[1];
	if (frame->a[0] != CANCEL_SIGNAL || !wanted || !(wanted->flags & SA_SIGINFO))
		return;
	own_text_find();
	theirs = *wanted;
	ours = *wanted;
	ours.handler = (uintptr_t)handler;
	frame->a[1] = (long)&ours;
}

void cancel_sigaction_exit(struct call_frame *frame, long r)
{
	struct kernel_sigaction *before = (struct kernel_sigaction *)frame->a[2];
	if (frame->a[0] == CANCEL_SIGNAL && r == 0 && before && before->handler == ours.handler)
		before->handler = theirs.handler;
	frame->a[1] = frame->given;
}
