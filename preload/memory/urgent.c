/*
 * urgent.c - SIGURG, which says that a ring of page faults fills up, and stays the program's.
 */
#include "memory/urgent.h"

#include "abi/kernel.h"
#include "abi/raw.h"
#include "memory/faults.h"
#include "region/live.h"
#include "region/options.h"
#include "region/signals.h"

#include <time.h>
#include <ucontext.h>

#define URGENT_BIT (1ull << (SIGURG - 1))

static bool taken;
/* What the program wants, and what the kernel has. */
static struct kernel_sigaction theirs, ours;
static struct kernel_sigaction before; /* the rt_sigaction that is under way */

static void of_ours(const ucontext_t *context)
{
	const greg_t *reg = context->uc_mcontext.gregs;
	if (options.faults == OPTION_FAULTS_STACKS)
		faults_interrupted((uintptr_t)reg[REG_RIP], (uintptr_t)reg[REG_RSP]);
	else
		faults_drain();
}

/* Nothing is left of us when the program's handler runs: it is jumped to. */
static void handle(int signal, siginfo_t *info, void *context)
{
	void (*handler)(int, siginfo_t *, void *) =
	    (void (*)(int, siginfo_t *, void *))theirs.handler;
	if (faults_signalled(info)) {
		of_ours(context);
		return;
	}
	if (theirs.handler == (uintptr_t)SIG_DFL || theirs.handler == (uintptr_t)SIG_IGN)
		return;
	if (theirs.flags & SA_RESETHAND)
		theirs.handler = (uintptr_t)SIG_DFL;
	handler(signal, info, context);
}

/* The action that the kernel is to have where the program wants this one. */
static struct kernel_sigaction in_place_of(const struct kernel_sigaction *action)
{
	struct kernel_sigaction placed = *action;
	if (action->handler == (uintptr_t)SIG_DFL)
		placed = (struct kernel_sigaction){.flags = SA_RESTART | SA_ONSTACK};
	placed.handler = (uintptr_t)handle;
	placed.flags =
	    (placed.flags & ~(uint64_t)(unsigned)SA_RESETHAND) | SA_SIGINFO | SA_RESTORER_FLAG;
	placed.restorer = (uintptr_t)signals_restorer;
	return placed;
}

bool urgent_take(void)
{
	if (RAW_4(SYS_rt_sigaction, SIGURG, NULL, &theirs, 8) < 0 ||
	    theirs.handler == (uintptr_t)SIG_IGN)
		return false;
	ours = in_place_of(&theirs);
	taken = RAW_4(SYS_rt_sigaction, SIGURG, &ours, NULL, 8) == 0;
	return taken;
}

static bool is_readable(const struct kernel_sigaction *action)
{
	for (unsigned i = 0; i < sizeof(*action) / 8; i++)
		if (!raw_is_readable((const uint64_t *)action + i))
			return false;
	return true;
}

/* A child in our memory has dispositions of its own: for it the kernel keeps them. */
static bool is_of_this_process(void)
{
	return raw_getpid() == live.region->pid;
}

void urgent_action_enter(long a[6])
{
	const struct kernel_sigaction *action = (const struct kernel_sigaction *)a[1];
	if (a[0] != SIGURG || !taken || !action || a[3] != 8 || !is_readable(action) ||
	    action->handler == (uintptr_t)SIG_IGN || !is_of_this_process())
		return;
	before = theirs;
	ours = in_place_of(action);
	theirs = *action; /* now, for it may come at once */
	a[1] = (long)&ours;
}

void urgent_action_exit(const long a[6], long asked, long r)
{
	struct kernel_sigaction *old = (struct kernel_sigaction *)a[2];
	bool replaced = a[1] == (long)&ours;
	if (a[0] != SIGURG || !taken)
		return;
	if (replaced && r)
		theirs = before;
	if (r)
		return;
	if (old && old->handler == (uintptr_t)handle)
		*old = replaced ? before : theirs;
	if (!replaced && asked && is_of_this_process())
		theirs = (struct kernel_sigaction){.handler = (uintptr_t)SIG_IGN};
}

void urgent_discard(void)
{
	const uint64_t urgent = URGENT_BIT;
	struct timespec now = {0};
	siginfo_t info;
	if (!taken || !faults_signals())
		return;
	if (RAW_4(SYS_rt_sigtimedwait, &urgent, &info, &now, 8) != SIGURG ||
	    faults_signalled(&info))
		return;
	/* It is somebody else's. */
	RAW_4(SYS_rt_tgsigqueueinfo, raw_getpid(), raw_gettid(), SIGURG, &info);
}

static bool has_urgent(const sigset_t *set)
{
	return set && raw_is_readable(set) && *(const uint64_t *)set & URGENT_BIT;
}

void urgent_awaited(const sigset_t *set)
{
	if (!taken || !has_urgent(set))
		return;
	urgent_discard();
	faults_signal_off(false);
}

void urgent_awaited_by_all(const sigset_t *set)
{
	if (!taken || !has_urgent(set))
		return;
	urgent_discard();
	faults_signal_off(true);
}

void urgent_let_through(const sigset_t *mask)
{
	if (taken && mask && raw_is_readable(mask) && !(*(const uint64_t *)mask & URGENT_BIT))
		urgent_discard();
}
