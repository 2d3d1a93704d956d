/*
 * faults.c - every page fault of the process, sampled by the kernel, accounted in batches.
 */
#include "memory/faults.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "memory/brackets.h"
#include "memory/fault_cells.h"
#include "memory/faults_state.h"
#include "memory/own_stack.h"
#include "region/own_faults.h"
#include "region/signals.h"
#include "span/span.h"

struct faults_settings faults_settings;

void faults_cause(enum faults_cause cause)
{
	__atomic_fetch_or(&live.region->faults_causes, cause, __ATOMIC_RELAXED);
}

/* A fault in user mode is of a function of libc that copies, and of no system call. */
static bool takes(const struct cell *cell, const struct fault *fault)
{
	unsigned flags = call_table[cell->call].flags;
	return fault->in_kernel || (flags & LIB && flags & MOVES);
}

/* The call inside which a fault was taken. Of calls inside one another the innermost ended first.
 */
static struct faulted call_of(const struct faults_state *state, const struct fault *fault,
			      uint64_t position, const struct faulted *open)
{
	for (uint32_t i = 0; i < state->calls; i++) {
		const struct faulted *call = &state->call[i];
		if (position >= call->from && position < call->to && takes(call->cell, fault))
			return *call;
	}
	if (open->cell && position >= open->from && takes(open->cell, fault))
		return *open;
	return (struct faulted){0};
}

/* Notes are as old as what they are of: none is looked at twice. */
static uint32_t noted_stack(struct faults_state *state, uint64_t position)
{
	const struct note *note = &state->note[state->notes_read];
	while (state->notes_read < state->notes && note->written <= position)
		note = &state->note[++state->notes_read];
	bool is_its = state->notes_read < state->notes && note->written == position + SAMPLE_BYTES;
	return is_its ? note->stack : STACK_NONE;
}

static void account(struct faults_state *state, unsigned count, const struct faulted *open)
{
	for (unsigned first = 0, i = 0; first < count; first = i) {
		struct faulted call =
		    call_of(state, &state->batch[first], state->position[first], open);
		for (; i < count; i++) {
			struct fault *fault = &state->batch[i];
			if (call_of(state, fault, state->position[i], open).cell != call.cell)
				break;
			fault->call = call.cell ? call.cell->call : CALL_none;
			fault->stack = noted_stack(state, state->position[i]);
			if (fault->stack == STACK_NONE && call.cell)
				fault->stack = call.cell->stack;
		}
		struct fault_sums sums = reasons_account(&state->batch[first], i - first);
		fault_cells_add_to_call(call.cell, &sums);
		fault_cells_add_to_call(call.around, &sums);
	}
}

/* What brackets have told, by runs of one call. */
static void account_pending(struct faults_state *state)
{
	for (uint32_t i = 0; i < state->pendings;) {
		const struct pending *first = &state->pending[i];
		unsigned count = 0;
		while (i < state->pendings && state->pending[i].cell == first->cell)
			state->batch[count++] = state->pending[i++].fault;
		struct fault_sums sums = reasons_account(state->batch, count);
		fault_cells_add_to_call(first->cell, &sums);
		fault_cells_add_to_call(first->around, &sums);
	}
	state->pendings = 0;
}

struct emptying {
	struct faults_state *state;
	const struct faulted *open;
};

static void empty(void *argument)
{
	const struct emptying *emptying = argument;
	struct faults_state *state = emptying->state;
	uint64_t lost = 0;
	unsigned count;
	while (
	    (count = ring_take(&state->ring, state->batch, state->position, FAULTS_BATCH, &lost))) {
		account(state, count, emptying->open);
		brackets_touched(state, state->batch, count);
	}
	state->calls = state->notes = state->notes_read = 0;
	account_pending(state);
	if (lost) {
		counter_add_shared(&live.region->faults_lost, lost);
		faults_cause(CAUSE_FULL);
	}
}

void faults_empty(struct locals *locals, const struct faulted *open)
{
	struct emptying emptying = {faults_state_of(locals), open};
	struct own_faults own = {.before.ru_minflt = -1};
	/* Those that we have the kernel take as it tells us what there is aren't sampled. */
	if (faults_settings.level == FAULTS_USER && self.faults_written)
		own_faults_begin(&own);
	own_stack_run(locals, empty, &emptying);
	own_faults_end(&own);
}

bool faults_take_ring(struct faults_state *state)
{
	uint32_t none = 0;
	return __atomic_compare_exchange_n(&state->draining, &none, 1, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

void faults_leave_ring(struct faults_state *state)
{
	__atomic_store_n(&state->draining, 0, __ATOMIC_RELEASE);
}

void faults_set_full(const struct ring *ring)
{
	self.faults_full = ring_read(ring) + ring->minor_bytes / 2;
}

static struct faulted call_under_way(void)
{
	struct faulted call = {.from = self.open_faults, .cell = self.open};
	if (call.cell && call_table[call.cell->call].layer == LAYER_SYSCALL)
		call.around = self.around;
	return call;
}

void faults_empty_held(struct locals *locals, const struct faulted *open)
{
	struct faults_state *state = faults_state_of(locals);
	uintptr_t busy = self.busy;
	uint64_t before = signals_hold();
	bookkeeping_begin((uintptr_t)&before);
	if (faults_take_ring(state)) {
		faults_empty(locals, open);
		faults_leave_ring(state);
	}
	bookkeeping_end();
	self.busy = busy;
	signals_release(before);
}

/* Not where bookkeeping is under way, which may be in the midst of a table. */
void faults_drain(void)
{
	if (!self.faults_written || self.busy || faults_settings.ended ||
	    !recording_state.recording)
		return;
	struct faulted open = call_under_way();
	faults_empty_held(self.locals, &open);
	faults_set_full(&faults_state_of(self.locals)->ring);
}

void faults_add(const struct fault *fault)
{
	if (self.busy || faults_settings.ended)
		return;
	struct faults_state *state = faults_state_of(self.locals);
	struct faulted open = call_under_way();
	if (state->pendings == PENDING_MOST)
		faults_empty_held(self.locals, &open);
	struct pending *pending = &state->pending[state->pendings++];
	*pending = (struct pending){*fault, open.cell, open.around};
	pending->fault.call = open.cell ? open.cell->call : CALL_none;
	pending->fault.stack = open.cell ? open.cell->stack : STACK_NONE;
}

/* The span's call has returned: its faults are accounted with others', later. */
void faults_in_call(const struct span *span, uint64_t written)
{
	if (!self.faults_written)
		return;
	struct faults_state *state = faults_state_of(self.locals);
	if (span->spilled || self.busy)
		return;
	if (state->calls == CALLS_MOST) {
		faults_drain();
		return;
	}
	state->call[state->calls++] =
	    (struct faulted){span->faults, written, span->cell, span->around};
}

struct interrupted {
	uintptr_t instruction, frame;
	uint32_t stack;
};

static void find_stack(void *argument)
{
	struct interrupted *interrupted = argument;
	interrupted->stack = stack_interrupted(interrupted->instruction, interrupted->frame);
}

void faults_interrupted(uintptr_t instruction, uintptr_t frame)
{
	struct interrupted interrupted = {instruction, frame, STACK_NONE};
	if (!self.faults_written || self.busy || faults_settings.ended ||
	    !recording_state.recording || !span_settings.stacks)
		return;
	struct faults_state *state = faults_state_of(self.locals);
	uint64_t before = signals_hold();
	bookkeeping_begin((uintptr_t)&before);
	own_stack_run(self.locals, find_stack, &interrupted);
	bookkeeping_end();
	signals_release(before);
	state->note[state->notes++] = (struct note){thread_faults_written(), interrupted.stack};
	if (state->notes == NOTES_MOST)
		faults_drain();
}

bool faults_signals(void)
{
	return self.faults_written && faults_state_of(self.locals)->ring.filling;
}

/* As F_SETSIG has it: fcntl(2). */
bool faults_signalled(const siginfo_t *info)
{
	return info->si_code == POLL_IN && self.faults_written &&
	       info->si_fd == faults_state_of(self.locals)->ring.filling_fd;
}

void faults_signal_off(bool all)
{
	uint32_t count = all ? __atomic_load_n(&live.region->threads.count, __ATOMIC_ACQUIRE) : 0;
	faults_settings.signals = faults_settings.signals && !all;
	faults_cause(CAUSE_SIGNAL);
	if (self.faults_written)
		ring_silence(&faults_state_of(self.locals)->ring);
	for (uint32_t i = 0; i < count; i++)
		if (thread_locals(i))
			ring_silence(&faults_state_of(thread_locals(i))->ring);
}
