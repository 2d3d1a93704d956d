/*
 * faults.c - every page fault of the process, sampled by the kernel, accounted in batches.
 */
#include "memory/faults.h"

#include "abi/counter.h"
#include "abi/kernel.h"
#include "abi/raw.h"
#include "memory/fault_cells.h"
#include "memory/ring.h"
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
	struct faulted call[CALLS_MOST];
	struct fault batch[BATCH];
	uint64_t position[BATCH];
};
_Static_assert(sizeof(struct state) <= FAULTS_BYTES, "it has room in struct locals");

static enum faults_level level = FAULTS_UNSEEN;

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

/* Not where bookkeeping is under way, which may be in the midst of a table. */
void faults_drain(void)
{
	if (!self.faults_written || self.busy || !recording_state.recording)
		return;
	struct state *state = state_of(self.locals);
	struct faulted open = call_under_way();
	uint64_t before = signals_hold();
	bookkeeping_begin((uintptr_t)&before);
	if (take_ring(state)) {
		empty(state, &open);
		set_full(&state->ring);
		leave_ring(state);
	}
	bookkeeping_end();
	signals_release(before);
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

/* Nothing of the program's is touched: errno neither. */
static void handle(int signal, siginfo_t *info, void *context)
{
	faults_drain();
}

static struct kernel_sigaction action;

static bool take_signal(void)
{
	struct kernel_sigaction before;
	if (RAW_4(SYS_rt_sigaction, FAULTS_SIGNAL, NULL, &before, 8) < 0 ||
	    before.handler != (uintptr_t)SIG_DFL)
		return false;
	action.handler = (uintptr_t)handle;
	action.flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK | SA_RESTORER_FLAG;
	action.restorer = (uintptr_t)signals_restorer;
	return RAW_4(SYS_rt_sigaction, FAULTS_SIGNAL, &action, NULL, 8) == 0;
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

static bool signal_is_ours;

static enum ring_error open_ring(struct state *state, int *error)
{
	struct ring_wish wish = {.kernel_mode = level != FAULTS_USER,
				 .signal = signal_is_ours ? FAULTS_SIGNAL : 0,
				 .interval = INTERVAL};
	enum ring_error failed = ring_open(&state->ring, &wish, error);
	if (failed == RING_NO_EVENT && level == FAULTS_UNSEEN) {
		wish.kernel_mode = false;
		failed = ring_open(&state->ring, &wish, error);
	}
	if (level == FAULTS_UNSEEN)
		level = failed == RING_NO_EVENT	   ? FAULTS_REFUSED
			: failed == RING_NO_MEMORY ? FAULTS_NO_RING
			: wish.kernel_mode	   ? FAULTS_KERNEL
						   : FAULTS_USER;
	return failed;
}

static bool is_sampled(void)
{
	return level == FAULTS_KERNEL || level == FAULTS_USER;
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
		empty(state, &(struct faulted){0});
		ring_close(&state->ring);
	}
	if (open_ring(state, &error)) {
		cause(CAUSE_NO_RING);
		return;
	}
	read_and_drop(state, RUSAGE_THREAD, &usage);
	counter_add_shared(&live.region->threads_faulted, (uint64_t)usage.ru_minflt);
	show_ring(state);
}

static void first_thread_starts(void)
{
	struct region *region = live.region;
	struct state *state = self.thread || thread_take() ? state_of(self.locals) : NULL;
	struct rusage usage = {0};
	int error = 0;
	if (state && !open_ring(state, &error)) {
		read_and_drop(state, RUSAGE_SELF, &usage);
		show_ring(state);
	} else {
		RAW_2(SYS_getrusage, RUSAGE_SELF, &usage);
	}
	/* What we took before is among those. */
	region->own_minor = region->own_major = 0;
	region->before_minor = (uint64_t)usage.ru_minflt - region->counted_minor;
	region->before_major = (uint64_t)usage.ru_majflt - region->counted_major;
	region->faults_level = level;
}

void faults_start(void)
{
	if (!recording_state.recording)
		return;
	if (options.faults == OPTION_FAULTS_COUNT) {
		level = live.region->faults_level = FAULTS_COUNT;
		return;
	}
	if (!fault_cells_init())
		return;
	span_faulted = faulted;
	span_faults_full = faults_drain;
	signal_is_ours = take_signal();
	first_thread_starts();
	thread_taken = thread_starts;
}

void faults_forget(void)
{
	if (is_sampled())
		fault_cells_forget();
}

void faults_start_forked(void)
{
	live.region->faults_level = level;
	if (is_sampled())
		first_thread_starts();
}

void faults_thread_ends(void)
{
	faults_drain();
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

static void empty_all(void)
{
	uint32_t count = __atomic_load_n(&live.region->threads.count, __ATOMIC_ACQUIRE);
	struct faulted none = {0};
	for (uint32_t i = 0; i < count; i++) {
		struct locals *locals = thread_locals(i);
		if (!locals || !state_of(locals)->ring.minor || !wait_for_ring(state_of(locals)))
			continue;
		empty(state_of(locals), &none);
		leave_ring(state_of(locals));
	}
}

static uint64_t all_written(void)
{
	uint32_t count = __atomic_load_n(&live.region->threads.count, __ATOMIC_ACQUIRE);
	uint64_t sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct locals *locals = thread_locals(i);
		if (locals && state_of(locals)->ring.minor)
			sum += ring_written(&state_of(locals)->ring);
	}
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
	for (int i = 0; i < ATTEMPTS; i++) {
		empty_all();
		uint64_t written = all_written();
		read_totals(live.region);
		if (all_written() == written)
			break;
	}
}
