/*
 * hook.c - what is done before and after a system call that no wrapper announced.
 */
#include "syscall/hook.h"

#include "memory/brackets.h"
#include "memory/buffers.h"
#include "memory/faults.h"
#include "memory/urgent.h"
#include "span/aio.h"
#include "span/effects.h"
#include "span/unwinder.h"
#include "syscall/cancel.h"
#include "syscall/cloning.h"
#include "syscall/confine.h"
#include "syscall/dispatch.h"
#include "syscall/numbers.h"
#include "syscall/reaping.h"

#include <sys/syscall.h>

void (*hook_at_exit)(int status);
long (*hook_execute)(const struct call_frame *frame);

static bool reaps(enum call call)
{
	return call == CALL_sys_wait4 || call == CALL_sys_waitid;
}

static void action_enter(struct call_frame *frame)
{
	cancel_sigaction_enter(frame);
	urgent_action_enter(frame->a);
}

static void action_exit(struct call_frame *frame, long r)
{
	urgent_action_exit(frame->a, frame->given, r);
	cancel_sigaction_exit(frame, r);
}

/* Whether the open wrapper counts this call, which comes by here for its bracket alone. */
static bool is_for_bracket(const struct call_frame *frame)
{
	if (self.expected != ~((uint32_t)frame->nr | EXPECTED_BRACKETED))
		return false;
	self.expected = 0;
	return true;
}

static void account_begin(struct call_frame *frame)
{
	const long *a = frame->a;
	object_ref object = NO_OBJECT, source = NO_OBJECT;

	frame->span.cell = NULL;
	frame->span.bracket.open = false;
	if (is_for_bracket(frame)) {
		frame->call = CALL_none;
		bracket_enter(&frame->span.bracket, frame->nr, a);
		return;
	}
	frame->call = number_call(frame->nr);
	if (frame->call == CALL_none) {
		if (frame->nr == SYS_exit_group && hook_at_exit)
			hook_at_exit((int)a[0] & 0xff);
		else if (frame->nr == SYS_rt_sigaction)
			action_enter(frame);
		else if (frame->nr == SYS_set_robust_list)
			faults_thread_begins();
		else if (number_confines(frame->nr))
			confine_enter(frame);
		else if (number_maps(frame->nr))
			mapping_call_enter(&frame->mapping, frame->nr, a);
		return;
	}
	if (reaps(frame->call))
		reaping_enter(frame);
	/* malloc asks for random bytes once: it may be our unwinder's first use of it. */
	bool ours = self.own || (frame->nr == SYS_getrandom && unwinder_is_capturing());
	if (ours || !span_enter(frame->sp))
		return;
	switch (frame->call) {
#define SYSCALL(name, flags, object_, effect)                                                      \
	case CALL_sys_##name:                                                                      \
		object = object_;                                                                  \
		break;
#include "shared/calls.def"
	default:
		break;
	}
	span_begin_syscall(&frame->span, frame->call, object, source, frame->resume, frame->sp);
	if (span_is_bracketed(frame->call, object, source) ||
	    (span_settings.brackets == BRACKETS_PINNED && bracket_may_overrun(frame->nr, a))) {
		bracket_enter(&frame->span.bracket, frame->nr, a);
	} else if (__builtin_expect(span_settings.brackets == BRACKETS_ALL, 0)) {
		frame->span.caller = frame->resume;
		bracket_enter_at(&frame->span.bracket, frame->resume);
	}
}

static void account_end(struct call_frame *frame, long r)
{
	const long *a = frame->a;
	struct span *s = &frame->span;

	if (__builtin_expect(frame->span.bracket.open, 0) && buffers_of_call(frame->nr))
		bracket_exit(&frame->span.bracket, frame->nr, a, r, frame->resume);
	if (frame->nr == SYS_rt_sigaction)
		action_exit(frame, r);
	else if (number_confines(frame->nr))
		confine_exit(frame, r);
	else if (number_maps(frame->nr))
		mapping_call_exit(&frame->mapping, frame->nr, a, r);
	if (reaps(frame->call))
		reaping_exit(frame, r);
	if (!span_is_open(s))
		return;
	span_returned(s);
	switch (frame->call) {
#define SYSCALL(name, flags, object, effect)                                                       \
	case CALL_sys_##name:                                                                      \
		effect;                                                                            \
		break;
#include "shared/calls.def"
	default:
		break;
	}
	span_end(s);
}

/*
 * libc lets a thread be cancelled anywhere in the call, here too, where it may
 * hold the unwinder's lock: that waits until the hook is left.
 */
void hook_enter(struct call_frame *frame)
{
	uintptr_t before = cancel_defer((uintptr_t)frame);
	account_begin(frame);
	cancel_allow(before);
}

void hook_exit(struct call_frame *frame, long r)
{
	uintptr_t before = cancel_defer((uintptr_t)frame);
	account_end(frame, r);
	cancel_allow(before);
}

/* A register by its number in instructions: one of a system call, or else r11 (recognise.c takes no
 * other). */
static long *register_at(struct call_frame *frame, unsigned number)
{
	switch (number) {
	case 0:
		return &frame->nr;
	case 2:
		return &frame->a[2];
	case 6:
		return &frame->a[1];
	case 7:
		return &frame->a[0];
	case 8:
		return &frame->a[4];
	case 9:
		return &frame->a[5];
	case 10:
		return &frame->a[3];
	default:
		return &frame->r11;
	}
}

/* Where the place before the call has no room for a jump, the one behind it has. */
static int account_late(struct call_frame *frame, int number)
{
	long result = frame->nr;
	/* Dispatch has caught the call, and accounted it. */
	if (dispatch_state() == EXHAUSTIVE_ON)
		return PREPARED_AFTER;
	frame->nr = number;
	if (self.expected == ~(uint32_t)number ||
	    self.expected == ~((uint32_t)number | EXPECTED_BRACKETED)) {
		self.expected = 0;
	} else {
		hook_enter(frame);
		hook_exit(frame, result);
	}
	frame->nr = result;
	return PREPARED_AFTER;
}

int hook_prepare(struct call_frame *frame, const struct slot *slot)
{
	long *reg = register_at(frame, slot->reg);
	char *place = (char *)frame->sp + slot->immediate;
	switch (slot->form) {
	case FORM_IMMEDIATE:
		*reg = (uint32_t)slot->immediate;
		break;
	case FORM_LOAD:
		*reg = *(const long *)place;
		break;
	case FORM_LOAD_32:
		*reg = *(const uint32_t *)place;
		break;
	case FORM_STORE:
		*(long *)place = *reg;
		break;
	case FORM_LOAD_FRAME:
		*reg = *(const long *)(frame->rbp + slot->immediate);
		break;
	case FORM_LOAD_FRAME_32:
		*reg = *(const uint32_t *)(frame->rbp + slot->immediate);
		break;
	case FORM_BRANCH:
		if ((uint32_t)frame->nr != 0) {
			frame->resume =
			    slot->resume - SYSCALL_BYTES + (uintptr_t)(intptr_t)slot->immediate;
			return PREPARED_ELSEWHERE;
		}
		break;
	case FORM_AFTER:
		return account_late(frame, slot->immediate);
	case FORM_COPY_32:
		frame->nr = (uint32_t)*reg;
		break;
	case FORM_SUBTRACT:
		*reg -= *register_at(frame, (unsigned)slot->immediate);
		break;
	case FORM_ADD_32:
		*reg = (uint32_t)(*reg + slot->immediate);
		break;
	}
	if (number_needs_own_stack(frame->nr) ||
	    (dispatch_state() == EXHAUSTIVE_ON && number_must_trap(frame->nr))) {
		/* syscall(SYS_clone, ...): it is made where it stood. */
		if (number_clones(frame->nr) && dispatch_state() != EXHAUSTIVE_ON) {
			struct cloning wanted = cloning_of(frame);
			cloning_prepare(&wanted);
		}
		frame->resume = slot->resume - SYSCALL_BYTES;
		return PREPARED_ELSEWHERE;
	}
	if (number_executes(frame->nr) && hook_execute) {
		frame->nr = hook_execute(frame);
		return PREPARED_AFTER;
	}
	if (self.expected != ~(uint32_t)frame->nr)
		return PREPARED_RECORD;
	if (bracket_may_overrun(frame->nr, frame->a)) {
		self.expected &= ~EXPECTED_BRACKETED;
		return PREPARED_RECORD;
	}
	self.expected = 0;
	return PREPARED_PASS;
}
