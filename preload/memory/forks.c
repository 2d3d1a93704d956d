/*
 * forks.c - the forks of this process: what each cost, what it left shared, and which of those
 * pages were written to, and when.
 */
#include "memory/forks.h"
#include "memory/brackets.h"

#include "abi/clock.h"
#include "abi/counter.h"
#include "abi/raw.h"
#include "memory/fork_moves.h"
#include "memory/fork_pages.h"
#include "memory/fork_runs.h"
#include "memory/faults.h"
#include "memory/mappings.h"
#include "memory/pagemap.h"
#include "region/live.h"
#include "region/recording.h"
#include "region/signals.h"
#include "region/thread.h"

#define HUGE_PAGES	  512ul
#define GIVING_UP_NS	  100000u /* a call that gives up pages is yet to come, and takes so long */
#define GIVING_UP_PAGE_NS 1000u	  /* and so long for each */
#define FOUND_MOST	  128u
#define WAITS		  2000 /* of 50 us, for a thread that has the lock */

/* When each of the numbers in the set of pages was made. In a child, those of its parent too. */
static uint64_t *made_ns;
static uint16_t last_number;

static int32_t lock;	/* the thread that has it, or 0 */
static uint32_t making; /* the set is being made: a child that is forked now can't use it */
static bool unsure;
static uint64_t looked_ns; /* when the set was made */
static uint64_t alone_ns;  /* when it was looked who else has the pages */

/* Of the fork that this thread is about to make; its child finds them too. */
static __thread struct {
	bool seen;    /* it was looked at, and isn't made yet */
	bool in_libc; /* whose handlers have announced it */
	enum fork_look look;
	uint16_t number;
	uint64_t time_ns, present;
	struct fork_record *record;
} next;

/* With signals held. Not where this thread has it already, and a signal came in between. */
static bool take_lock(void)
{
	const int32_t me = self.thread ? self.thread->tid : (int32_t)raw_gettid();
	for (int i = 0; i < WAITS; i++) {
		int32_t nobody = 0;
		if (__atomic_compare_exchange_n(&lock, &nobody, me, false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return true;
		if (nobody == me)
			return false;
		struct timespec wait = {.tv_nsec = 50000};
		RAW_2(SYS_nanosleep, &wait, NULL);
	}
	return false;
}

static void give_lock(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

static uint16_t new_number(void)
{
	if (last_number == FORK_NUMBERS) {
		fork_pages_since(FORK_LONG_AGO);
		last_number = 0;
	}
	if (!last_number)
		last_number = FORK_LONG_AGO;
	return ++last_number;
}

static struct fork_record *add_record(enum fork_side side, int32_t pid)
{
	uint32_t index;
	struct fork_record *record = live_append(&live.region->forks, &index);
	if (!record) {
		counter_add_shared(&live.region->forks_folded, 1);
		return NULL;
	}
	record->side = side;
	record->look = next.look;
	record->time_ns = next.time_ns;
	record->present_pages = next.present;
	__atomic_store_n(&record->pid, pid, __ATOMIC_RELEASE);
	return record;
}

/* Of the fork before, of which a page was left. */
static struct fork_record *last_record(uint32_t *index)
{
	uint32_t count = __atomic_load_n(&live.region->forks.count, __ATOMIC_ACQUIRE);
	*index = count - 1;
	return count ? live_at(&live.region->forks, count - 1) : NULL;
}

/* Most processes never fork. */
static bool has_memory(void)
{
	const size_t bytes = (FORK_NUMBERS + 1) * sizeof(*made_ns);
	if (!made_ns)
		made_ns = raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return made_ns != NULL;
}

static bool are_sampled(void)
{
	uint32_t level = live.region->faults_level;
	return level == FAULTS_KERNEL || level == FAULTS_USER;
}

static void look(void)
{
	next.time_ns = clock_ns(CLOCK_MONOTONIC);
	next.look = FORK_UNREAD;
	next.present = 0;
	next.number = 0;
	if (!are_sampled()) {
		next.look = FORK_UNSAMPLED;
		unsure = true;
		return;
	}
	/* In this order: who accounts faults has the lock of mappings first. */
	bool areas_known = !self.busy && mappings_lock();
	if (!take_lock()) {
		if (areas_known)
			mappings_unlock();
		return;
	}
	__atomic_store_n(&making, 1, __ATOMIC_RELEASE);
	if (has_memory()) {
		next.number = new_number();
		next.look = fork_pages_look(next.number, areas_known, &next.present);
	}
	if (areas_known)
		mappings_unlock();
	looked_ns = next.time_ns;
	unsure = next.look != FORK_LOOKED;
	if (unsure)
		fork_pages_forget();
	__atomic_store_n(&making, 0, __ATOMIC_RELEASE);
	give_lock();
}

static void prepare(void)
{
	next.seen = false;
	if (!recording_on() || live.region->pid != raw_getpid())
		return;
	/* What they filled is still this process's alone. */
	faults_drain();
	uint64_t before = signals_hold();
	mappings_pass_on();
	look();
	next.record = add_record(FORK_PARENT, 0);
	next.seen = true;
	/* By this moment both sides know the fork, and what it left shared. */
	next.time_ns = clock_ns(CLOCK_MONOTONIC);
	if (made_ns)
		made_ns[next.number] = next.time_ns;
	if (next.record)
		next.record->time_ns = next.time_ns;
	signals_release(before);
}

void forks_prepare(void)
{
	prepare();
	next.in_libc = true;
}

void forks_prepare_call(void)
{
	if (!next.in_libc)
		prepare();
}

void forks_made(void)
{
	if (next.seen && next.record)
		next.record->cost_ns = clock_ns(CLOCK_MONOTONIC) - next.record->time_ns;
	next.seen = next.in_libc = false;
	/* What was there to be written to is so no more. */
	brackets_forget();
}

void forks_returned(int32_t child)
{
	struct fork_record *record = next.record;
	if (!next.in_libc)
		forks_made();
	next.record = NULL;
	if (!record)
		return;
	if (child < 0)
		record->side = FORK_FAILED;
	else
		__atomic_store_n(&record->pid, child, __ATOMIC_RELEASE);
}

/* Of what was shared at a fork: pages that the process is alone with. */
static struct {
	unsigned count;
	struct {
		uint64_t page;
		uint16_t since;
	} page[FOUND_MOST];
} found;

static void add_found(struct fork_record *record)
{
	struct fork_run run = {.what = FORK_ALONE,
			       .pages = 1,
			       .first_ns = record->time_ns,
			       .last_ns = clock_ns(CLOCK_MONOTONIC)};
	last_record(&run.fork);
	for (unsigned i = 0; i < found.count; i++) {
		run.from_page = found.page[i].page;
		run.since_ns = made_ns[found.page[i].since];
		fork_runs_add(record, &run);
	}
	found.count = 0;
}

static void found_alone(uint64_t page, struct fork_page what)
{
	if (found.count == FOUND_MOST)
		add_found(last_record(&(uint32_t){0}));
	found.page[found.count].page = page;
	found.page[found.count++].since = what.since;
}

static void find_alone(struct fork_record *record)
{
	fork_pages_find_alone(found_alone);
	alone_ns = clock_ns(CLOCK_MONOTONIC);
	add_found(record);
}

void forks_child(void)
{
	/* Nobody else is there, whoever had it. */
	lock = 0;
	if (!next.seen || making) {
		next.look = FORK_UNREAD;
		next.present = 0;
		next.time_ns = live.region->start.monotonic_ns;
	}
	next.seen = next.in_libc = false;
	next.record = NULL;
	making = 0;
	unsure = next.look != FORK_LOOKED;
	if (unsure)
		fork_pages_forget();
	struct fork_record *record = add_record(FORK_CHILD, live.region->ppid);
	/* What it wrote to until it had a record, or its parent did. */
	if (record && !unsure)
		find_alone(record);
}

static struct fork_record *record_of(int32_t pid)
{
	const struct table *forks = &live.region->forks;
	for (uint32_t i = __atomic_load_n(&forks->count, __ATOMIC_ACQUIRE); i-- > 0;) {
		struct fork_record *record = live_at(forks, i);
		if (record->pid == pid && record->side == FORK_PARENT)
			return record;
	}
	return NULL;
}

void forks_reaped(int32_t pid)
{
	struct fork_record *record = record_of(pid);
	if (!record || record->reaped_ns)
		return;
	record->reaped_ns = clock_ns(CLOCK_MONOTONIC);
	uint64_t before = signals_hold();
	/* Whoever else had them has left them, and need not be told. */
	if (take_lock()) {
		fork_pages_find_alone(NULL);
		alone_ns = clock_ns(CLOCK_MONOTONIC);
		give_lock();
	}
	signals_release(before);
}

static void write_one(const struct fault *fault, uint32_t mapping, uint64_t number,
		      struct fork_page page, struct fault_sums *sums)
{
	struct fork_run run = {.from_page = number,
			       .pages = 1,
			       .first_ns = fault->time_ns,
			       .last_ns = fault->time_ns,
			       .since_ns = made_ns[page.since],
			       .what = FORK_WRITTEN,
			       .huge = page.huge,
			       .mapping = mapping,
			       .stack = fault->stack,
			       .call = fault->call};
	struct fork_record *record = last_record(&run.fork);

	/* By another thread, before the last fork: since that it is shared again. */
	if (fault->time_ns < looked_ns)
		fork_pages_retake(run.from_page, last_number);
	else
		fork_pages_take(run.from_page);
	/* It isn't known with whom it was shared when it was written to. */
	if (page.alone && fault->time_ns > alone_ns) {
		sums->reused_pages += 1;
		if (record)
			record->alone_pages += 1;
		return;
	}
	sums->cow_bytes += PAGE_BYTES;
	if (record) {
		record->written_pages += 1;
		fork_runs_add(record, &run);
	}
}

/* Shared, it would have been split before the first page of it was copied (mm/huge_memory.c,
 * do_huge_pmd_wp_page()). */
static bool reused_huge(uint64_t there, uint64_t page, struct fault_sums *sums)
{
	static uint64_t split; /* the one that was seen to be, last */
	uint64_t first = page & -HUGE_PAGES, pages = 0;
	if (first == split)
		return false;
	if (!fork_pages_is_huge(there)) {
		split = first;
		return false;
	}
	for (uint64_t i = first; i < first + HUGE_PAGES; i++) {
		pages += fork_pages_find(i).since != 0;
		fork_pages_take(i);
	}
	sums->reused_pages += pages;
	struct fork_record *record = last_record(&(uint32_t){0});
	if (record)
		record->alone_pages += pages;
	return true;
}

bool forks_written(const struct fault *fault, uint32_t mapping, struct fault_sums *sums)
{
	uint64_t number = fault->address / PAGE_BYTES;
	struct fork_record *record = last_record(&(uint32_t){0});
	if (!record)
		return false;
	if (unsure) {
		counter_add_shared(&record->written_pages, 1);
		return false;
	}
	if (!take_lock())
		return false;
	number = fork_moves_origin(number);
	struct fork_page page = fork_pages_find(number);
	/* It is told of late, and had been dealt with before the page was shared. */
	if (page.since && fault->time_ns < made_ns[page.since])
		page.since = 0;
	if (page.since && !(page.huge && reused_huge(fault->address / PAGE_BYTES, number, sums)))
		write_one(fault, mapping, number, page, sums);
	give_lock();
	return page.since != 0;
}

bool forks_unsure(void)
{
	return unsure;
}

static void leave(struct fork_record *record, struct fork_run *run, const struct page_range *range)
{
	const uint64_t end = range->from + range->pages;
	for (uint64_t page = fork_pages_next(range->from, end); page < end;
	     page = fork_pages_next(page + 1, end)) {
		run->from_page = page;
		run->since_ns = made_ns[fork_pages_find(page).since];
		fork_pages_take(page);
		fork_runs_add(record, run);
	}
}

/* What is there, but for what has moved away, and what has moved there. */
static void leave_all(struct fork_record *record, const struct page_range *range)
{
	struct fork_run run = {.what = FORK_LEFT, .pages = 1};
	const uint64_t end = range->from + range->pages;
	struct page_range part;
	last_record(&run.fork);
	run.first_ns = clock_ns(CLOCK_MONOTONIC);
	run.last_ns = run.first_ns + GIVING_UP_NS + range->pages * GIVING_UP_PAGE_NS;
	for (unsigned i = 0; fork_moves_part(range, i, &part); i++)
		leave(record, &run, &part);
	for (uint64_t page = fork_pages_next(range->from, end); page < end;
	     page = fork_pages_next(page + 1, end))
		if (fork_moves_origin(page) == page)
			leave(record, &run, &(struct page_range){page, 1});
}

void forks_left(uintptr_t start, uintptr_t end)
{
	struct fork_record *record = last_record(&(uint32_t){0});
	const struct page_range range = {start / PAGE_BYTES,
					 (end + PAGE_BYTES - 1) / PAGE_BYTES - start / PAGE_BYTES};
	/* Nothing was ever shared by most. */
	if (!record || unsure)
		return;
	uint64_t before = signals_hold();
	if (take_lock()) {
		leave_all(record, &range);
		give_lock();
	}
	signals_release(before);
}

void forks_moved(uintptr_t from, uintptr_t to, size_t bytes)
{
	const uint64_t pages = (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
	if (!last_record(&(uint32_t){0}) || unsure)
		return;
	uint64_t before = signals_hold();
	if (take_lock()) {
		uint64_t end = from / PAGE_BYTES + pages;
		bool any = fork_pages_next(from / PAGE_BYTES, end) < end ||
			   fork_moves_origin(from / PAGE_BYTES) != from / PAGE_BYTES;
		/* Else nothing is known any more, of any page, until the next fork. */
		if (any && !fork_moves_add(from / PAGE_BYTES, to / PAGE_BYTES, pages)) {
			fork_pages_forget();
			unsure = true;
		}
		give_lock();
	}
	signals_release(before);
}
