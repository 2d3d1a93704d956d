/*
 * faults.c - every page fault of the process, sampled by the kernel, accounted in batches.
 */
#include "memory/faults.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "memory/fault_cells.h"
#include "memory/ring.h"
#include "memory/urgent.h"
#include "region/options.h"
#include "region/signals.h"
#include "span/span.h"

#include <sys/resource.h>
#include <time.h>

#define BATCH	   64
#define CALLS_MOST 24 /* in which faults were taken, from one draining to the next */
#define INTERVAL   256
#define ATTEMPTS   4

/* A call inside which faults were taken: those that stand there in what was written. */
struct faulted {
	uint64_t from, to;
	struct cell *cell, *around;
};

struct state {
	struct ring ring;
	uint32_t draining; /* by this thread, or one that ends the record */
	uint32_t calls;
	uint64_t began_with; /* what the thread had taken by then */
	struct faulted call[CALLS_MOST];
	struct fault batch[BATCH];
	uint64_t position[BATCH];
};
_Static_assert(sizeof(struct state) <= FAULTS_BYTES, "it has room in struct locals");

static enum faults_level level = FAULTS_UNSEEN;
static bool signals_wanted;
static bool finished;
static struct rusage at_finish; /* of the thread that ended the record */

static bool is_sampled(void)
{
	return level == FAULTS_KERNEL || level == FAULTS_USER;
}

static struct state *state_of(struct locals *locals)
{
	return (struct state *)locals->faults;
}

static void cause(enum faults_cause one)
{
	__atomic_fetch_or(&live.region->faults_causes, one, __ATOMIC_RELAXED);
}

/* A fault in user mode is of a function of libc that copies, and of no system call. */
static bool takes(const struct cell *cell, const struct fault *fault)
{
	unsigned flags = call_table[cell->call].flags;
	return fault->in_kernel || (flags & LIB && flags & MOVES);
}

/* The call inside which a fault was taken. Of calls inside one another the innermost ended first.
 */
static struct faulted call_of(const struct state *state, const struct fault *fault,
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

static void add_sums(struct cell *cell, const struct fault_sums *sums)
{
	if (!cell)
		return;
	counter_add_shared(&cell->column[COLUMN_minor_faults], sums->minor);
	counter_add_shared(&cell->column[COLUMN_major_faults], sums->major);
	counter_add_shared(&cell->column[COLUMN_zero_filled_bytes], sums->zero_filled_bytes);
	counter_add_shared(&cell->column[COLUMN_cow_bytes], sums->cow_bytes);
}

static void account(const struct state *state, unsigned count, const struct faulted *open)
{
	for (unsigned first = 0, i = 0; first < count; first = i) {
		struct faulted call =
		    call_of(state, &state->batch[first], state->position[first], open);
		for (; i < count; i++) {
			struct fault *fault = (struct fault *)&state->batch[i];
			if (call_of(state, fault, state->position[i], open).cell != call.cell)
				break;
			fault->call = call.cell ? call.cell->call : CALL_none;
			fault->stack = call.cell ? call.cell->stack : STACK_NONE;
		}
		struct fault_sums sums = reasons_account(&state->batch[first], i - first);
		add_sums(call.cell, &sums);
		add_sums(call.around, &sums);
	}
}

static void empty(struct state *state, const struct faulted *open)
{
	uint64_t lost = 0;
	unsigned count;
	while ((count = ring_take(&state->ring, state->batch, state->position, BATCH, &lost)))
		account(state, count, open);
	state->calls = 0;
	if (lost) {
		counter_add_shared(&live.region->faults_lost, lost);
		cause(CAUSE_FULL);
	}
}

static bool take_ring(struct state *state)
{
	uint32_t none = 0;
	return __atomic_compare_exchange_n(&state->draining, &none, 1, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static void leave_ring(struct state *state)
{
	__atomic_store_n(&state->draining, 0, __ATOMIC_RELEASE);
}

static void set_full(const struct ring *ring)
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

/* Empties a ring as bookkeeping that no handler interrupts. */
static void empty_held(struct state *state, const struct faulted *open)
{
	uintptr_t busy = self.busy;
	uint64_t before = signals_hold();
	bookkeeping_begin((uintptr_t)&before);
	if (take_ring(state)) {
		empty(state, open);
		leave_ring(state);
	}
	bookkeeping_end();
	self.busy = busy;
	signals_release(before);
}

/* Not where bookkeeping is under way, which may be in the midst of a table. */
void faults_drain(void)
{
	if (!self.faults_written || self.busy || finished || !recording_state.recording)
		return;
	struct state *state = state_of(self.locals);
	struct faulted open = call_under_way();
	empty_held(state, &open);
	set_full(&state->ring);
}

/* The span's call has returned: its faults are accounted with others', later. */
static void faulted(const struct span *span, uint64_t written)
{
	if (!self.faults_written)
		return;
	struct state *state = state_of(self.locals);
	if (span->spilled || self.busy)
		return;
	if (state->calls == CALLS_MOST) {
		faults_drain();
		return;
	}
	state->call[state->calls++] =
	    (struct faulted){span->faults, written, span->cell, span->around};
}

bool faults_signals(void)
{
	return self.faults_written && state_of(self.locals)->ring.filling;
}

/* As F_SETSIG has it: fcntl(2). */
bool faults_signalled(const siginfo_t *info)
{
	return info->si_code == POLL_IN && self.faults_written &&
	       info->si_fd == state_of(self.locals)->ring.filling_fd;
}

void faults_signal_off(bool all)
{
	uint32_t count = all ? __atomic_load_n(&live.region->threads.count, __ATOMIC_ACQUIRE) : 0;
	signals_wanted = signals_wanted && !all;
	cause(CAUSE_SIGNAL);
	if (self.faults_written)
		ring_silence(&state_of(self.locals)->ring);
	for (uint32_t i = 0; i < count; i++)
		if (thread_locals(i))
			ring_silence(&state_of(thread_locals(i))->ring);
}

/*
 * Reads what the kernel counts of a process or a thread, at a moment when the
 * calling thread's ring has just so much: what was written before is dropped.
 */
static void read_and_drop(struct state *state, int who, struct rusage *usage)
{
	uint64_t lost = 0;
	for (int i = 0; i < ATTEMPTS; i++) {
		while (ring_take(&state->ring, state->batch, state->position, BATCH, &lost))
			;
		if (RAW_2(SYS_getrusage, who, usage) < 0)
			*usage = (struct rusage){0};
		if (ring_written(&state->ring) == ring_read(&state->ring))
			break;
	}
}

static enum ring_error open_ring(struct state *state, bool kernel_mode, int *error)
{
	struct ring_wish wish = {.kernel_mode = kernel_mode,
				 .signal = signals_wanted ? SIGURG : 0,
				 .interval = INTERVAL};
	return ring_open(&state->ring, &wish, error);
}

/* The first ring of all shows what the kernel lets us see. */
static void find_level(struct state *state)
{
	int error = EACCES;
	enum ring_error failed = RING_NO_EVENT;
	bool kernel_mode = true;
	if (ring_may_ask()) {
		failed = open_ring(state, true, &error);
		kernel_mode = failed != RING_NO_EVENT;
		if (!kernel_mode)
			failed = open_ring(state, false, &error);
	}
	level = failed == RING_NO_EVENT	   ? FAULTS_REFUSED
		: failed == RING_NO_MEMORY ? FAULTS_NO_RING
		: kernel_mode		   ? FAULTS_KERNEL
					   : FAULTS_USER;
	live.region->faults_error = (uint32_t)error;
}

static void show_ring(struct state *state)
{
	set_full(&state->ring);
	self.faults_written = ring_counts_at(&state->ring);
}

/* A thread has its record, which may have been that of one that has ended. */
static void thread_starts(void)
{
	struct state *state = state_of(self.locals);
	struct rusage usage;
	int error;
	if (!is_sampled())
		return;
	if (state->ring.minor) {
		empty_held(state, &(struct faulted){0});
		ring_close(&state->ring);
	}
	if (open_ring(state, level == FAULTS_KERNEL, &error)) {
		cause(CAUSE_NO_RING);
		return;
	}
	read_and_drop(state, RUSAGE_THREAD, &usage);
	state->began_with = (uint64_t)usage.ru_minflt;
	counter_add_shared(&live.region->threads_faulted, state->began_with);
	show_ring(state);
}

static void first_thread_starts(void)
{
	struct region *region = live.region;
	thread_taken = NULL;
	struct state *state = self.thread || thread_take() ? state_of(self.locals) : NULL;
	struct rusage usage = {0};
	int error;
	if (level == FAULTS_UNSEEN && state)
		find_level(state);
	else if (is_sampled() && (!state || open_ring(state, level == FAULTS_KERNEL, &error)))
		cause(CAUSE_NO_RING);
	if (state && state->ring.minor) {
		read_and_drop(state, RUSAGE_SELF, &usage);
		show_ring(state);
	} else {
		RAW_2(SYS_getrusage, RUSAGE_SELF, &usage);
	}
	region->faults_level = level;
	/* What we took before is among those. */
	region->own_minor = region->own_major = 0;
	region->before_minor = (uint64_t)usage.ru_minflt - region->counted_minor;
	region->before_major = (uint64_t)usage.ru_majflt - region->counted_major;
	thread_taken = thread_starts;
}

void faults_start(bool signals_followed)
{
	if (!recording_state.recording)
		return;
	if (options.faults == OPTION_FAULTS_COUNT)
		level = FAULTS_COUNT;
	else if (!fault_cells_init())
		level = FAULTS_NO_RING;
	span_faulted = faulted;
	span_faults_full = faults_drain;
	signals_wanted = level == FAULTS_UNSEEN && signals_followed && urgent_take();
	first_thread_starts();
	if (is_sampled() && !signals_wanted)
		cause(CAUSE_SIGNAL);
}

void faults_thread_begins(void)
{
	struct rusage usage;
	if (!is_sampled() || !recording_state.recording || self.thread ||
	    RAW_2(SYS_getrusage, RUSAGE_THREAD, &usage) < 0 || !thread_take())
		return;
	/* What it took since then was for us. */
	uint64_t own = state_of(self.locals)->began_with - (uint64_t)usage.ru_minflt;
	if (self.faults_written) {
		counter_add_shared(&live.region->threads_faulted, -own);
		counter_add_shared(&live.region->own_minor, own);
	}
}

enum faults_level faults_level(int *error)
{
	*error = (int)live.region->faults_error;
	return level;
}

void faults_forget(void)
{
	finished = false;
	thread_taken = NULL;
	if (is_sampled())
		fault_cells_forget();
}

void faults_start_forked(void)
{
	if (level != FAULTS_UNSEEN)
		first_thread_starts();
}

/* For as long as a thread may take to empty its own. */
static bool wait_for_ring(struct state *state)
{
	struct timespec wait = {.tv_nsec = 100000};
	for (int i = 0; i < 100; i++) {
		if (take_ring(state))
			return true;
		RAW_2(SYS_nanosleep, &wait, NULL);
	}
	return false;
}

static struct state *state_at(uint32_t index)
{
	struct locals *locals = thread_locals(index);
	return locals && state_of(locals)->ring.minor ? state_of(locals) : NULL;
}

static void empty_all(uint32_t count)
{
	struct faulted none = {0};
	for (uint32_t i = 0; i < count; i++) {
		struct state *state = state_at(i);
		if (!state || !wait_for_ring(state))
			continue;
		empty(state, &none);
		leave_ring(state);
	}
}

static uint64_t all_written(uint32_t count)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < count; i++)
		if (state_at(i))
			sum += ring_written(&state_at(i)->ring);
	return sum;
}

static void read_totals(struct region *region)
{
	struct rusage usage;
	if (RAW_2(SYS_getrusage, RUSAGE_SELF, &usage) < 0)
		return;
	region->minor_faults = (uint64_t)usage.ru_minflt - region->counted_minor;
	region->major_faults = (uint64_t)usage.ru_majflt - region->counted_major;
	region->voluntary_switches = (uint64_t)usage.ru_nvcsw;
	region->involuntary_switches = (uint64_t)usage.ru_nivcsw;
}

void faults_finish(void)
{
	uint32_t count = __atomic_load_n(&live.region->threads.count, __ATOMIC_ACQUIRE);
	uintptr_t busy = self.busy;
	bookkeeping_begin((uintptr_t)&count);
	for (int i = 0; i < ATTEMPTS; i++) {
		empty_all(count);
		uint64_t written = all_written(count);
		read_totals(live.region);
		RAW_2(SYS_getrusage, RUSAGE_THREAD, &at_finish);
		if (all_written(count) == written)
			break;
	}
	finished = true;
	bookkeeping_end();
	self.busy = busy;
}

/* What this thread took since then was for the end of the record. */
void faults_resume(void)
{
	struct rusage usage;
	if (self.faults_written)
		read_and_drop(state_of(self.locals), RUSAGE_THREAD, &usage);
	else if (RAW_2(SYS_getrusage, RUSAGE_THREAD, &usage) < 0)
		usage = at_finish;
	counter_add_shared(&live.region->own_minor,
			   (uint64_t)(usage.ru_minflt - at_finish.ru_minflt));
	counter_add_shared(&live.region->own_major,
			   (uint64_t)(usage.ru_majflt - at_finish.ru_majflt));
	finished = false;
}
