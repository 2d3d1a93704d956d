/*
 * brackets.c - page faults that no sample tells of, taken by the kernel inside a system call: by
 * how many more there are after it.
 */
#include "memory/brackets.h"

#include "abi/clock.h"
#include "abi/own_memory.h"
#include "memory/buffers.h"
#include "memory/faults.h"
#include "memory/faults_state.h"
#include "region/own_faults.h"
#include "span/span.h"

#include <string.h>
#include <sys/resource.h>

#define PAGE_SHIFT    12
#define PAGES_ASKED   16  /* for more, to ask is cheap beside the copy */
#define PAGES_SAMPLED 256 /* a ring has room for as many, be it the smallest and half full */

static uint32_t epoch;

void brackets_forget(void)
{
	__atomic_fetch_add(&epoch, 1, __ATOMIC_RELAXED);
}

/* A page, and whether the kernel writes to it: it may have been there for reading only. */
static uint64_t key_of(uintptr_t address, bool written)
{
	return address >> PAGE_SHIFT << 1 | written;
}

static uint64_t *place_of(struct faults_state *state, uint64_t key)
{
	return &state->known_page[(key ^ key >> 7) & (KNOWN_PAGES - 1)];
}

static bool is_known(struct faults_state *state, uintptr_t address, bool written)
{
	uint64_t key = key_of(address, written);
	return *place_of(state, key) == key;
}

static void bring_up_to_date(struct faults_state *state)
{
	uint32_t now = __atomic_load_n(&epoch, __ATOMIC_RELAXED);
	if (state->epoch == now)
		return;
	memset(state->known_page, 0, sizeof(state->known_page));
	memset(state->touched, 0, sizeof(state->touched));
	state->epoch = now;
}

static bool all_known(struct faults_state *state, const struct buffers *buffers)
{
	const struct piece *piece = &buffers->piece[0];
	if (!buffers->count)
		return true;
	uintptr_t first = piece->start >> PAGE_SHIFT, last = (piece->end - 1) >> PAGE_SHIFT;
	if (last - first >= PAGES_ASKED)
		return false;
	for (uintptr_t page = first; page <= last; page++)
		if (!is_known(state, page << PAGE_SHIFT, buffers->written))
			return false;
	return true;
}

/* By brackets that are inside of others, and those around what we have the kernel fill. */
static uint64_t told_otherwise(const struct faults_state *state)
{
	return state->told + self.own_faults;
}

static void open_bracket(struct bracket *bracket, const struct faults_state *state)
{
	struct rusage usage;
	uint64_t written;
	if (!thread_usage_read(&usage, &written))
		return;
	*bracket = (struct bracket){.minor = (uint64_t)usage.ru_minflt,
				    .major = (uint64_t)usage.ru_majflt,
				    .written = written,
				    .told = told_otherwise(state),
				    .open = true};
}

/* How many there were that nothing else tells of: a signal handler may have run in between. */
static bool close_bracket(struct bracket *bracket, const struct faults_state *state)
{
	struct rusage usage;
	uint64_t written;
	bracket->open = false;
	if (!thread_usage_read(&usage, &written))
		return false;
	bracket->sampled = (uint32_t)((written - bracket->written) / SAMPLE_BYTES);
	uint64_t otherwise = bracket->sampled + told_otherwise(state) - bracket->told;
	uint64_t minor = (uint64_t)usage.ru_minflt - bracket->minor;
	bracket->minor = minor > otherwise ? minor - otherwise : 0;
	bracket->major = (uint64_t)usage.ru_majflt - bracket->major;
	return true;
}

bool bracket_may_overrun(long nr, const long a[6])
{
	struct buffers buffers;
	return buffers_of_call(nr) && buffers_single(nr, a, &buffers) && buffers.count &&
	       buffers.piece[0].end - buffers.piece[0].start > (uint64_t)PAGES_SAMPLED
								   << PAGE_SHIFT;
}

void bracket_enter(struct bracket *bracket, long nr, const long a[6])
{
	struct buffers buffers;
	bracket->open = false;
	if (!self.faults_written || !buffers_of_call(nr))
		return;
	struct faults_state *state = faults_state_of(self.locals);
	bring_up_to_date(state);
	if (!buffers_single(nr, a, &buffers) || !all_known(state, &buffers))
		open_bracket(bracket, state);
}

void brackets_touched(struct faults_state *state, const struct fault *faults, unsigned count)
{
	/* Those of memory that was unmapped were accounted before it was. */
	bring_up_to_date(state);
	for (unsigned i = count > TOUCHED_MOST ? count - TOUCHED_MOST : 0; i < count; i++)
		if (!own_memory_has(faults[i].address))
			state->touched[state->touches++ % TOUCHED_MOST] = faults[i].address;
}

/* Where the program itself took page faults before a call, the last of them. */
struct touched {
	unsigned count;
	uintptr_t address[2 * TOUCHED_MOST];
};

static void find_touched(struct touched *touched, const struct faults_state *state,
			 const struct buffers *buffers, uint64_t written)
{
	uintptr_t start = UINTPTR_MAX, end = 0;
	for (unsigned i = 0; i < buffers->count; i++) {
		const struct piece *piece = &buffers->piece[i];
		start = piece->start < start ? piece->start : start;
		end = piece->end > end ? piece->end : end;
	}
	start = start >> PAGE_SHIFT << PAGE_SHIFT;
	end = ((end >> PAGE_SHIFT) + 1) << PAGE_SHIFT;
	memcpy(touched->address, state->touched, sizeof(state->touched));
	touched->count = TOUCHED_MOST + ring_within(&state->ring, written, start, end,
						    touched->address + TOUCHED_MOST, TOUCHED_MOST);
}

static bool is_touched(const struct touched *touched, uintptr_t page)
{
	for (unsigned i = 0; i < touched->count; i++)
		if (touched->address[i] >> PAGE_SHIFT == page >> PAGE_SHIFT)
			return true;
	return false;
}

/* A walk over the pages of a call's buffers. */
struct walk {
	const struct buffers *buffers;
	unsigned piece;
	uintptr_t page, last; /* addresses */
};

static uint64_t page_count(const struct buffers *buffers)
{
	uint64_t pages = 0;
	for (unsigned i = 0; i < buffers->count; i++)
		pages += ((buffers->piece[i].end - 1) >> PAGE_SHIFT) -
			 (buffers->piece[i].start >> PAGE_SHIFT) + 1;
	return pages;
}

/* The next page, and after the last one that again; 0 where there is none. */
static uintptr_t next_page(struct walk *walk)
{
	while (walk->piece < walk->buffers->count) {
		const struct piece *piece = &walk->buffers->piece[walk->piece];
		uintptr_t page = walk->page ? walk->page : piece->start;
		if (page < piece->end) {
			walk->last = page;
			walk->page = ((page >> PAGE_SHIFT) + 1) << PAGE_SHIFT;
			return page;
		}
		walk->piece++;
		walk->page = 0;
	}
	return walk->last;
}

static void remember(struct faults_state *state, const struct buffers *buffers)
{
	struct walk walk = {.buffers = buffers};
	for (unsigned i = 0; i < PAGES_ASKED; i++) {
		uintptr_t page = next_page(&walk);
		if (page)
			*place_of(state, key_of(page, buffers->written)) =
			    key_of(page, buffers->written);
	}
}

/* Those that weren't known before are the ones that may have been missing. */
static uintptr_t next_missing(struct faults_state *state, struct walk *walk,
			      const struct touched *touched)
{
	uintptr_t before, page = 0;
	do {
		before = page;
		page = next_page(walk);
	} while (page != before &&
		 (is_known(state, page, walk->buffers->written) || is_touched(touched, page)));
	return page;
}

static void tell(struct faults_state *state, const struct buffers *buffers,
		 const struct bracket *bracket, uintptr_t behind)
{
	struct walk walk = {.buffers = buffers};
	struct touched touched;
	struct fault fault = {.instruction = behind, .in_kernel = true};
	uint64_t count = bracket->minor + bracket->major;
	touched.count = 0;
	if (count)
		fault.time_ns = clock_ns(CLOCK_MONOTONIC);
	if (count && faults_settings.level == FAULTS_USER && count < page_count(buffers))
		find_touched(&touched, state, buffers, bracket->written);
	/* Those of the kernel that have samples came first: then the ring was full. */
	for (uint64_t i = 0;
	     count && faults_settings.level == FAULTS_KERNEL && i < bracket->sampled; i++)
		next_missing(state, &walk, &touched);
	for (uint64_t i = 0; i < count; i++) {
		fault.address = next_missing(state, &walk, &touched);
		fault.major = i >= bracket->minor;
		faults_add(&fault);
	}
	state->told += bracket->minor;
}

void bracket_exit(struct bracket *bracket, long nr, const long a[6], long r, uintptr_t behind)
{
	struct buffers buffers;
	if (!self.faults_written)
		return;
	struct faults_state *state = faults_state_of(self.locals);
	if (!close_bracket(bracket, state))
		return;
	buffers_used(nr, a, r, &buffers);
	tell(state, &buffers, bracket, behind);
	if (r > 0)
		remember(state, &buffers);
}

/* No address of a page. */
static uint64_t key_of_caller(uintptr_t caller)
{
	return caller | 1ull << 63;
}

void bracket_enter_at(struct bracket *bracket, uintptr_t caller)
{
	uint64_t key = key_of_caller(caller);
	if (!self.faults_written)
		return;
	struct faults_state *state = faults_state_of(self.locals);
	if (*place_of(state, key) != key)
		open_bracket(bracket, state);
}

void bracket_exit_at(struct bracket *bracket, uintptr_t caller)
{
	static const struct buffers none;
	uint64_t key = key_of_caller(caller);
	if (!self.faults_written)
		return;
	struct faults_state *state = faults_state_of(self.locals);
	if (!close_bracket(bracket, state))
		return;
	*place_of(state, key) = key;
	tell(state, &none, bracket, caller);
}

void bracket_begin(struct bracket *bracket)
{
	bracket->open = false;
	if (self.faults_written)
		open_bracket(bracket, faults_state_of(self.locals));
}

bool bracket_end(struct bracket *bracket)
{
	if (!bracket->open || !self.faults_written)
		return false;
	struct faults_state *state = faults_state_of(self.locals);
	if (!close_bracket(bracket, state))
		return false;
	state->told += bracket->minor;
	return true;
}
