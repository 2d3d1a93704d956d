/*
 * dispatch_clone.c - fork, vfork, clone and clone3, when the program makes them itself.
 *
 * A child that gets memory of its own and goes on on the same stack comes out
 * of our handler as its parent does. Others can't: their stack is new and has
 * no frame of ours, or they overwrite it while the parent waits. They come out
 * of dispatch_text.S, which finds all it needs in a static place.
 */
#include "syscall/dispatch_clone.h"

#include "abi/raw.h"
#include "memory/forks.h"
#include "syscall/cloning.h"
#include "syscall/dispatch.h"
#include "syscall/dispatch_masks.h"
#include "syscall/dispatch_thread.h"

#include <linux/sched.h>
#include <sched.h>

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ull
#endif
#define FORKS 256 /* under way at once */

struct fork {
	int32_t users;
	uint32_t flags;
	uint64_t resume, rdi, rsi, rdx, r10, r8, r9, mask;
};

_Static_assert(offsetof(struct fork, users) == FORK_USERS &&
		   offsetof(struct fork, flags) == FORK_FLAGS &&
		   offsetof(struct fork, resume) == FORK_RESUME &&
		   offsetof(struct fork, rdi) == FORK_RDI &&
		   offsetof(struct fork, rsi) == FORK_RSI &&
		   offsetof(struct fork, rdx) == FORK_RDX &&
		   offsetof(struct fork, r10) == FORK_R10 && offsetof(struct fork, r8) == FORK_R8 &&
		   offsetof(struct fork, r9) == FORK_R9 &&
		   offsetof(struct fork, mask) == FORK_MASK && sizeof(struct fork) == FORK_BYTES,
	       "dispatch_text.S knows these offsets");

static struct fork forks[FORKS];

static struct fork *take_place(ucontext_t *context, int32_t users)
{
	greg_t *reg = context->uc_mcontext.gregs;
	static uint32_t next;
	for (int tries = 0; tries < FORKS; tries++) {
		uint32_t i = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) % FORKS;
		struct fork *fork = &forks[i];
		int32_t none = 0;
		if (!__atomic_compare_exchange_n(&fork->users, &none, users, false,
						 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			continue;
		fork->flags = 0;
		fork->resume = (uint64_t)reg[REG_RIP];
		fork->rdi = (uint64_t)reg[REG_RDI];
		fork->rsi = (uint64_t)reg[REG_RSI];
		fork->rdx = (uint64_t)reg[REG_RDX];
		fork->r10 = (uint64_t)reg[REG_R10];
		fork->r8 = (uint64_t)reg[REG_R8];
		fork->r9 = (uint64_t)reg[REG_R9];
		reg[REG_R9] = (greg_t)fork;
		return fork;
	}
	return NULL;
}

static void prepare(struct caught *caught, const struct cloning *wanted)
{
	greg_t *reg = caught->context->uc_mcontext.gregs;
	bool memory = wanted->flags & CLONE_VM, waits = wanted->flags & CLONE_VFORK;
	bool shares = memory && !waits;
	struct fork *fork = take_place(caught->context, shares ? 2 : 1);
	if (!fork) {
		reg[REG_RAX] = -EAGAIN;
		return;
	}
	uint64_t *mask = (uint64_t *)&caught->context->uc_sigmask;
	fork->mask = *mask;
	fork->flags = (shares ? FORK_SHARES : 0) | (memory && waits ? FORK_BORROWS : 0) |
		      (wanted->flags & CLONE_CLEAR_SIGHAND ? FORK_CLEARS : 0) |
		      (dispatch_state() == EXHAUSTIVE_ON ? FORK_ARMS : 0);
	*mask = ~SIGSYS_BIT;
	if (shares && !(wanted->flags & CLONE_SETTLS))
		dispatch_thread_sharing();
	reg[REG_RIP] = (greg_t)dispatch_clone;
}

static void fork_here(struct caught *caught, const struct cloning *wanted, bool known)
{
	/* What the signal frame holds is put back when the handler returns, in both. */
	uint64_t most = ~SIGSYS_BIT;
	RAW_4(SYS_rt_sigprocmask, SIG_SETMASK, &most, NULL, 8);
	long r = dispatch_call(caught);
	caught->context->uc_mcontext.gregs[REG_RAX] = r;
	if (r != 0 && known)
		forks_returned((int32_t)r);
	if (r != 0)
		return;
	for (int i = 0; i < FORKS; i++)
		forks[i].users = 0;
	dispatch_forked(wanted->flags & CLONE_CLEAR_SIGHAND);
}

void clone_caught(struct caught *caught, bool known)
{
	struct cloning wanted = cloning_of(&caught->call);
	/* It takes libc's thread-local variables. */
	if (known)
		cloning_prepare(&wanted);
	if (wanted.flags & CLONE_VM || wanted.stack)
		prepare(caught, &wanted);
	else
		fork_here(caught, &wanted, known);
}

bool clone_alone(ucontext_t *context)
{
	if (!take_place(context, 1))
		return false;
	context->uc_mcontext.gregs[REG_RIP] = (greg_t)dispatch_alone;
	return true;
}
