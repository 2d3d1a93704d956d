/*
 * faults_life.c - page faults from the start of a record to its end: levels, threads, forks,
 * totals.
 */
#include "abi/counter.h"
#include "abi/raw.h"
#include "memory/brackets.h"
#include "memory/fault_cells.h"
#include "memory/faults.h"
#include "memory/faults_state.h"
#include "memory/urgent.h"
#include "region/options.h"
#include "region/signals.h"
#include "span/span.h"

#include <sys/resource.h>
#include <time.h>

#define INTERVAL   256
#define FRAME_ROOM 8192
#define ATTEMPTS   4

static struct rusage at_finish; /* of the thread that ended the record */

/*
 * Reads what the kernel counts of a process or a thread, at a moment when the
 * calling thread's ring has just so much: what was written before is dropped.
 */
static void read_and_drop(struct faults_state *state, int who, struct rusage *usage)
{
	uint64_t lost = 0;
	for (int i = 0; i < ATTEMPTS; i++) {
		while (ring_take(&state->ring, state->batch, state->position, FAULTS_BATCH, &lost))
			;
		if (RAW_2(SYS_getrusage, who, usage) < 0)
			*usage = (struct rusage){0};
		if (ring_written(&state->ring) == ring_read(&state->ring))
			break;
	}
}

static enum ring_error open_ring(struct faults_state *state, bool kernel_mode, int *error)
{
	struct ring_wish wish = {.kernel_mode = kernel_mode,
				 .signal = faults_settings.signals ? SIGURG : 0,
				 .interval = options.faults == OPTION_FAULTS_STACKS ? 1 : INTERVAL};
	return ring_open(&state->ring, &wish, error);
}

/* The first ring of all shows what the kernel lets us see. */
static void find_level(struct faults_state *state)
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
	faults_settings.level = failed == RING_NO_EVENT	   ? FAULTS_REFUSED
				: failed == RING_NO_MEMORY ? FAULTS_NO_RING
				: kernel_mode		   ? FAULTS_KERNEL
							   : FAULTS_USER;
	live.region->faults_error = (uint32_t)error;
}

static void use_level(enum faults_level level)
{
	faults_settings.level = live.region->faults_level = level;
	span_settings.brackets = level == FAULTS_USER	  ? BRACKETS_ALL
				 : level == FAULTS_KERNEL ? BRACKETS_PINNED
							  : BRACKETS_NONE;
}

/* The program may have given up the right to look at the kernel since the first. */
static enum ring_error open_another_ring(struct faults_state *state)
{
	int error;
	enum ring_error failed = RING_NO_EVENT;
	if (faults_settings.level == FAULTS_KERNEL)
		failed = open_ring(state, true, &error);
	if (failed != RING_NO_EVENT)
		return failed;
	failed = open_ring(state, false, &error);
	if (!failed)
		use_level(FAULTS_USER);
	return failed;
}

/*
 * A signal's frame may be the first that is written to a page of the stack; that
 * fault is the kernel's, and where those aren't sampled nothing would tell of it.
 */
static __attribute__((noinline)) void touch_stack(void)
{
	volatile char room[FRAME_ROOM];
	for (size_t i = 0; i < sizeof(room); i += 4096)
		room[i] = 0;
}

static void show_ring(struct faults_state *state)
{
	faults_set_full(&state->ring);
	self.faults_written = ring_counts_at(&state->ring);
}

/* For as long as a thread may take to empty its own. */
static bool wait_for_ring(struct faults_state *state)
{
	struct timespec wait = {.tv_nsec = 100000};
	for (int i = 0; i < 100; i++) {
		if (faults_take_ring(state))
			return true;
		RAW_2(SYS_nanosleep, &wait, NULL);
	}
	return false;
}

/*
 * A thread has its record, which may have been that of one that has ended. Who
 * ends the record empties all rings, and none may go under his hands.
 */
static bool take_to_replace(struct faults_state *state)
{
	if (!wait_for_ring(state))
		return false;
	if (faults_settings.ended)
		faults_leave_ring(state);
	return !faults_settings.ended;
}

static bool replace_ring(struct faults_state *state)
{
	struct rusage usage;
	if (state->ring.minor) {
		faults_empty(self.locals, &(struct faulted){0});
		ring_close(&state->ring);
	}
	if (open_another_ring(state))
		return false;
	read_and_drop(state, RUSAGE_THREAD, &usage);
	state->began_with = (uint64_t)usage.ru_minflt;
	counter_add_shared(&live.region->threads_faulted, state->began_with);
	show_ring(state);
	return true;
}

static void thread_starts(void)
{
	struct faults_state *state = faults_state_of(self.locals);
	bool has_ring = false;
	if (!faults_are_sampled())
		return;
	uintptr_t busy = self.busy;
	/* A signal that came before the ring is shown would be taken for the program's. */
	uint64_t before = signals_hold();
	bookkeeping_begin((uintptr_t)&before);
	if (take_to_replace(state)) {
		has_ring = replace_ring(state);
		faults_leave_ring(state);
	}
	bookkeeping_end();
	self.busy = busy;
	signals_release(before);
	if (!has_ring)
		faults_cause(CAUSE_NO_RING);
}

static void first_thread_starts(void)
{
	struct region *region = live.region;
	thread_taken = NULL;
	struct faults_state *state =
	    self.thread || thread_take() ? faults_state_of(self.locals) : NULL;
	struct rusage usage = {0};
	uint64_t before = signals_hold();
	if (faults_settings.level == FAULTS_UNSEEN && state)
		find_level(state);
	else if (faults_are_sampled() && (!state || open_another_ring(state)))
		faults_cause(CAUSE_NO_RING);
	if (state && state->ring.minor) {
		read_and_drop(state, RUSAGE_SELF, &usage);
		show_ring(state);
	} else {
		RAW_2(SYS_getrusage, RUSAGE_SELF, &usage);
	}
	signals_release(before);
	use_level(faults_settings.level);
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
		faults_settings.level = FAULTS_COUNT;
	else if (!fault_cells_init())
		faults_settings.level = FAULTS_NO_RING;
	span_faulted = faults_in_call;
	span_faults_full = faults_drain;
	span_bracket_enter = bracket_enter_at;
	span_bracket_exit = bracket_exit_at;
	faults_settings.signals =
	    faults_settings.level == FAULTS_UNSEEN && signals_followed && urgent_take();
	touch_stack();
	first_thread_starts();
	if (faults_are_sampled() && !faults_settings.signals)
		faults_cause(CAUSE_SIGNAL);
}

void faults_thread_begins(void)
{
	struct rusage usage;
	if (!faults_are_sampled() || !recording_state.recording || self.thread ||
	    RAW_2(SYS_getrusage, RUSAGE_THREAD, &usage) < 0)
		return;
	touch_stack();
	if (!thread_take())
		return;
	/* What it took since then was for us. */
	uint64_t own = faults_state_of(self.locals)->began_with - (uint64_t)usage.ru_minflt;
	if (self.faults_written) {
		counter_add_shared(&live.region->threads_faulted, -own);
		counter_add_shared(&live.region->own_minor, own);
	}
}

enum faults_level faults_level(int *error)
{
	*error = (int)live.region->faults_error;
	return faults_settings.level;
}

void faults_forget(void)
{
	faults_settings.ended = false;
	thread_taken = NULL;
	if (faults_are_sampled())
		fault_cells_forget();
}

void faults_start_forked(void)
{
	if (faults_settings.level != FAULTS_UNSEEN)
		first_thread_starts();
}

/* Of a thread that has a ring, or had one: taken. */
static struct locals *take_sampled(uint32_t index)
{
	struct locals *locals = thread_locals(index);
	if (!locals || !wait_for_ring(faults_state_of(locals)))
		return NULL;
	if (faults_state_of(locals)->ring.minor)
		return locals;
	faults_leave_ring(faults_state_of(locals));
	return NULL;
}

static void empty_all(uint32_t count)
{
	struct faulted none = {0};
	for (uint32_t i = 0; i < count; i++) {
		struct locals *locals = take_sampled(i);
		if (!locals)
			continue;
		faults_empty(locals, &none);
		faults_leave_ring(faults_state_of(locals));
	}
}

/* Looking at what there was may itself have taken some. */
static bool are_empty(uint32_t count)
{
	bool empty = true;
	for (uint32_t i = 0; i < count && empty; i++) {
		struct locals *locals = take_sampled(i);
		if (!locals)
			continue;
		const struct ring *ring = &faults_state_of(locals)->ring;
		empty = ring_written(ring) == ring_read(ring);
		faults_leave_ring(faults_state_of(locals));
	}
	return empty;
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
	faults_settings.ended = true; /* others let their rings be */
	for (int i = 0; i < ATTEMPTS; i++) {
		empty_all(count);
		read_totals(live.region);
		RAW_2(SYS_getrusage, RUSAGE_THREAD, &at_finish);
		if (are_empty(count))
			break;
	}
	bookkeeping_end();
	self.busy = busy;
}

/* What this thread took since then was for the end of the record. */
void faults_resume(void)
{
	struct rusage usage;
	if (self.faults_written)
		read_and_drop(faults_state_of(self.locals), RUSAGE_THREAD, &usage);
	else if (RAW_2(SYS_getrusage, RUSAGE_THREAD, &usage) < 0)
		usage = at_finish;
	counter_add_shared(&live.region->own_minor,
			   (uint64_t)(usage.ru_minflt - at_finish.ru_minflt));
	counter_add_shared(&live.region->own_major,
			   (uint64_t)(usage.ru_majflt - at_finish.ru_majflt));
	faults_settings.ended = false;
}
