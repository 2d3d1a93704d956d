/*
 * span.c - the time inside one call, and the one place where the ledger's counters change.
 */
#include "span/span.h"

#include "abi/clock.h"
#include "abi/raw.h"
#include "span/cell.h"
#include "span/unwinder.h"
#include "span/vectors.h"

#include <signal.h>
#include <string.h>

/*
 * A call on an object that can make it wait is taken to have waited for what
 * it took beyond this, and beyond a slow copy of its bytes. Both are far above
 * what such calls take when they needn't wait, and far below a wait that matters.
 */
#define TICKS_UNWAITED 40000u /* 12 to 20 us */
#define TICKS_PER_BYTE 2u     /* 1 to 2 GB/s */

#define ROOM_TO_UNWIND_BYTES (8ul << 10)

struct span_settings span_settings;
void (*span_faulted)(const struct span *span, uint64_t written);
void (*span_faults_full)(void);
void (*span_bracket_enter)(struct bracket *bracket, uintptr_t caller);
void (*span_bracket_exit)(struct bracket *bracket, uintptr_t caller);

/* Whether this thread is on its alternate stack, and where that begins. */
static bool on_alternate_stack(stack_t *alternate)
{
	if (RAW_2(SYS_sigaltstack, NULL, alternate) == 0)
		return alternate->ss_flags & SS_ONSTACK;
	/* Forbidden by a filter. Who has none by then can't get one any more. */
	alternate->ss_sp = alternate;
	return span_settings.alternate_stacks;
}

void span_void_busy(uintptr_t frame)
{
	/*
	 * A handler that interrupts bookkeeping runs below it, or on a stack of
	 * its own. A call from above it, on the thread's own stack, can only be
	 * made once it has been left.
	 */
	stack_t alternate;
	if (frame >= self.busy && frame < stack_end() && !on_alternate_stack(&alternate)) {
		self.locals->capturing = 0;
		bookkeeping_end();
	}
}

/* The last cell of a call is at hand. */
static struct cell *cell_with(enum call call, object_ref object, object_ref source, uint32_t stack)
{
	struct cell_key key = {(uint16_t)call, OBJECT_INDEX(object), OBJECT_INDEX(source), stack};
	struct cell *cell = self.locals->last[call];
	if (cell && cell->object == key.object && cell->source == key.source &&
	    cell->stack == key.stack)
		return cell;
	return self.locals->last[call] = cell_find(&key);
}

static bool wants_stack(enum call call)
{
	return call_table[call].flags & MOVES && span_settings.stacks && !self.bare;
}

/* Why a call has no stack that would have one. */
static uint32_t no_stack(void)
{
	if (self.bare)
		return STACK_BARE;
	bool later = live.region->stacks_on == STACKS_ON || live.region->stacks_on == STACKS_ALL;
	return !span_settings.stacks && later ? STACK_EARLY : STACK_OFF;
}

static struct cell *without_stack(enum call call, object_ref object, object_ref source)
{
	bool wanted = call_table[call].flags & MOVES && (self.bare || !span_settings.stacks);
	return cell_with(call, object, source, wanted ? no_stack() : STACK_NONE);
}

struct search {
	struct memo *memo;
	uintptr_t caller, frame;
	uint32_t stack;
	struct memo_entry *entry;
};

static void unwind(void *argument)
{
	struct search *search = argument;
	if (search->entry)
		stack_verify(search->entry);
	else
		search->entry =
		    stack_miss(search->memo, search->caller, search->frame, &search->stack);
}

/* Of the 8 KiB that an alternate stack may have, the signal's frame takes 3.5 with AVX-512. */
static bool has_room_to_unwind(uintptr_t frame)
{
	stack_t alternate;
	return !on_alternate_stack(&alternate) ||
	       frame - (uintptr_t)alternate.ss_sp >= ROOM_TO_UNWIND_BYTES;
}

/*
 * False where the stack isn't remembered, and there is no room to find it out.
 * The unwinder and the loader may use vector registers.
 */
static bool search_stack(struct search *search, enum call call)
{
	search->entry = stack_recall(search->memo, search->caller, search->frame, &search->stack);
	if (search->entry && !stack_verification_is_due(search->memo))
		return true;
	if (!search->entry && call_table[call].flags & IN_PROCESS) {
		if (span_settings.foreign_allocator && !self.unwound)
			return false;
		search->stack = stack_of_place(search->memo, search->caller);
		if (search->stack != STACK_NONE)
			return true;
	}
	if (!has_room_to_unwind(search->frame))
		return false;
	if (call_table[call].layer == LAYER_SYSCALL)
		vectors_kept(unwind, search, self.locals->vectors);
	else
		unwind(search);
	return true;
}

static struct cell *with_stack(enum call call, object_ref object, object_ref source,
			       uintptr_t caller, uintptr_t frame)
{
	struct search search = {.memo = stack_memo(), .caller = caller, .frame = frame};
	if (!search.memo)
		return without_stack(call, object, source);
	if (!search_stack(&search, call)) {
		self.bare = true;
		struct cell *cell = without_stack(call, object, source);
		self.bare = false;
		return cell;
	}
	struct memo_entry *entry = search.entry;
	uint32_t index = OBJECT_INDEX(object), from = OBJECT_INDEX(source);
	if (entry && entry->cell && entry->call == call && entry->object == index &&
	    entry->source == from)
		return entry->cell;
	struct cell_key key = {(uint16_t)call, index, from, search.stack};
	struct cell *cell = cell_find(&key);
	if (entry) {
		entry->call = (uint16_t)call;
		entry->object = index;
		entry->source = from;
		entry->cell = cell;
	}
	return cell;
}

uint32_t span_stack(enum call call, uintptr_t caller, uintptr_t frame, struct memo_entry **entry)
{
	bool wanted = span_settings.stacks && !self.bare;
	struct search search = {
	    .memo = wanted ? stack_memo() : NULL, .caller = caller, .frame = frame};
	*entry = NULL;
	if (!search.memo)
		return no_stack();
	if (!search_stack(&search, call))
		return STACK_BARE;
	*entry = search.entry;
	return search.stack;
}

static struct cell *find_cell(enum call call, object_ref object, object_ref source,
			      uintptr_t caller, uintptr_t frame, const struct cell *around)
{
	struct cell *cell;
	bool moves = call_table[call].flags & MOVES;
	if (__builtin_expect(self.busy != 0, 0)) {
		counter_add_shared(&live.region->spans_nested, 1);
		return cell_folded(call, STACK_NESTED);
	}
	bookkeeping_begin(frame);
	/* A system call made inside a library function has the stack of that. */
	if (around)
		cell = cell_with(call, object, source, moves ? around->stack : STACK_NONE);
	else
		cell = wants_stack(call) ? with_stack(call, object, source, caller, frame)
					 : without_stack(call, object, source);
	bookkeeping_end();
	return cell;
}

static void open_span(struct span *span, enum call call, object_ref object, object_ref source,
		      struct cell *cell)
{
	span->call = call;
	span->kind = OBJECT_KIND(object);
	span->source_kind = OBJECT_KIND(source);
	span->moved_bytes = 0;
	span->waits = false;
	span->cell = cell;
	uint32_t record = recording_state.recording;
	span->record = record ? record : RECORD_STOPPED;
	span->bracket.open = false;
	span->spilled = !cell;
	if (span->spilled) {
		memset(&span->spill, 0, sizeof(span->spill));
		span->cell = &span->spill;
	}
	span_add(span, COLUMN_calls, 1);
	if (call_table[call].flags & SYS)
		span_add(span, COLUMN_crossings, 1);
	span->expected_before = self.expected;
	span->around_before = self.around;
	span->around_frame_before = self.around_frame;
	span->around_caller_before = self.around_caller;
	span->open_before = self.open;
	span->open_faults_before = self.open_faults;
}

/* The last that is done before the call is the program's. */
static void begin(struct span *span)
{
	span->faults = thread_faults_written();
	if (__builtin_expect(span->faults > self.faults_full, 0))
		span_faults_full();
	self.open = span->spilled ? NULL : span->cell;
	self.open_faults = span->faults;
	span->start = clock_ticks();
}

void span_begin(struct span *span, enum call call, object_ref object, object_ref source,
		uintptr_t caller, uintptr_t frame)
{
	struct cell *cell = find_cell(call, object, source, caller, frame, NULL);
	open_span(span, call, object, source, cell);
	span->around = NULL;
	if (call_table[call].flags & LIB) {
		self.around = cell;
		self.around_frame = frame;
		self.around_caller = caller;
	}
	uint32_t number = (uint32_t)call_table[call_crossing(call)].number;
	bool bracketed = span_is_bracketed(call, object, source);
	self.expected = ~(bracketed ? number | EXPECTED_BRACKETED : number);
	if (__builtin_expect(span_settings.brackets == BRACKETS_ALL, 0) &&
	    !(bracketed && call_crossing(call))) {
		span->caller = caller;
		span_bracket_enter(&span->bracket, caller);
	}
	begin(span);
}

void span_begin_syscall(struct span *span, enum call call, object_ref object, object_ref source,
			uintptr_t caller, uintptr_t frame)
{
	struct cell *around = frame < self.around_frame ? self.around : NULL;
	/* Left by a jump, and called from deeper since. */
	if (around && !stack_may_hold(self.around_caller, self.around_frame))
		around = self.around = NULL;
	struct cell *cell = find_cell(call, object, source, caller, frame, around);
	open_span(span, call, object, source, cell);
	span->around = around;
	if (around)
		counter_add(&around->column[COLUMN_crossings], 1);
	begin(span);
}

bool span_outside(struct span *span, enum call call)
{
	memset(span, 0, sizeof(*span));
	if (self.busy)
		return false;
	span->call = call;
	bookkeeping_begin((uintptr_t)&span);
	span->cell = cell_with(call, NO_OBJECT, NO_OBJECT, STACK_NONE);
	bookkeeping_end();
	return span->cell;
}

void span_part(struct span *part, const struct span *span, object_ref object)
{
	struct cell *cell = NULL;
	*part = *span;
	part->kind = OBJECT_KIND(object);
	if (!self.busy && !span->spilled) {
		bookkeeping_begin((uintptr_t)&cell);
		cell = cell_with(span->call, object, NO_OBJECT, span->cell->stack);
		bookkeeping_end();
	}
	part->cell = cell ? cell : span->cell;
}

void span_end(struct span *span)
{
	span_add(span, COLUMN_time_ns, span->elapsed);
	uint64_t unwaited = TICKS_UNWAITED + TICKS_PER_BYTE * span->moved_bytes;
	if (__builtin_expect(span->elapsed > unwaited, 0) &&
	    (span->waits || kind_table[span->kind].blocks || kind_table[span->source_kind].blocks))
		span_add(span, COLUMN_blocked_ns, span->elapsed - unwaited);
	if (__builtin_expect(span->spilled, 0))
		cell_overflow(span->call, span->spill.column);
}

struct size_row *span_sizes_make(enum call call)
{
	struct size_row **slot = &self.locals->sizes[call], *none = NULL;
	uint32_t index;
	struct size_row *row = live_append(&self.thread->sizes, &index);
	if (!row)
		return NULL;
	/* A handler may have made one in between; the row that lost stays empty. */
	if (!__atomic_compare_exchange_n(slot, &none, row, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE))
		return none;
	__atomic_store_n(&row->call, call, __ATOMIC_RELEASE);
	return row;
}

/* Enters a call that is over already; cell is NULL where there was no room for one. */
static void count_call(struct cell *cell, enum call call, enum column column, uint64_t bytes)
{
	if (!cell) {
		uint64_t columns[COLUMNS] = {[COLUMN_calls] = 1};
		columns[column] = bytes;
		cell_overflow(call, columns);
		return;
	}
	counter_add(&cell->column[COLUMN_calls], 1);
	counter_add(&cell->column[column], bytes);
	struct size_row *row = span_sizes(call);
	if (row)
		counter_add(&row->bucket[size_bucket(bytes)], 1);
}

void span_count(enum call call, object_ref object, uint64_t returned_bytes, uintptr_t frame)
{
	struct cell *cell;
	if (self.busy) {
		cell = cell_folded(call, STACK_NESTED);
	} else {
		bookkeeping_begin(frame);
		cell = without_stack(call, object, NO_OBJECT);
		bookkeeping_end();
	}
	count_call(cell, call, COLUMN_returned_bytes, returned_bytes);
}

void span_copied(enum call call, uint64_t bytes, uintptr_t caller, uintptr_t frame)
{
	struct cell *cell = find_cell(call, NO_OBJECT, NO_OBJECT, caller, frame, NULL);
	count_call(cell, call, COLUMN_in_process_bytes, bytes);
}
