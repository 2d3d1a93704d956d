/*
 * span.h - the time inside one call, and the one place where the ledger's counters change.
 *
 * A wrapper opens a span before the real call and closes it after. In between
 * the thread is the program's: it may block, be cancelled, jump out, or fork.
 * So nothing is held across the call, and calls are counted at its start.
 */
#ifndef SPAN_SPAN_H
#define SPAN_SPAN_H

#include "abi/counter.h"
#include "region/recording.h"
#include "span/object.h"
#include "span/stack.h"

#define RECORD_STOPPED UINT32_MAX /* of a span that was opened as the process was about to end */

/* Of memory/brackets.h: what the kernel had counted as a call began, and how far that was known. */
struct bracket {
	uint64_t minor, major;
	uint64_t written, told;
	uint32_t sampled; /* in between */
	bool open;
};

struct span {
	struct cell *cell;   /* NULL: this call isn't recorded */
	uint32_t record;     /* recording_state.recording, when it was opened */
	struct cell *around; /* of a system call: the library function inside which it is made */
	bool spilled;	     /* the cell is the one below, for lack of room in the region */
	struct cell spill;
	enum call call;
	enum kind kind, source_kind;
	uint64_t start, elapsed; /* ticks */
	uint64_t moved_bytes;	 /* of which a part of the time is spent on copying */
	bool waits;		 /* it may have waited, whatever its object */
	/* What was open before this one. */
	uint32_t expected_before;
	struct cell *around_before, *open_before;
	uint64_t open_faults_before;
	uint64_t faults; /* what was written to the ring when it was opened */
	struct bracket bracket;
	uintptr_t caller; /* of an open bracket's call */
	uintptr_t around_frame_before;
	uintptr_t around_caller_before;
};

/* In which calls page faults must be looked for by what the kernel counts: memory/brackets.h. */
enum brackets { BRACKETS_NONE, BRACKETS_PINNED, BRACKETS_ALL };

struct span_settings {
	/* Set once, before anything is recorded. */
	bool stacks; /* of calls that move bytes */
	/* malloc is another's, whose own copies are seen: it may not be asked in one of them. */
	bool foreign_allocator;
	/* There are some, of which the kernel may not be asked any more. */
	bool alternate_stacks;
	enum brackets brackets;
};
extern struct span_settings span_settings;

/*
 * The floor of memory sets them. Page faults were taken inside a call, up to
 * what was written to the ring; the ring is nearly full.
 */
extern void (*span_faulted)(const struct span *span, uint64_t written);
extern void (*span_faults_full)(void);

/* Around a call that has a bracket of its own, told by its caller alone. */
extern void (*span_bracket_enter)(struct bracket *bracket, uintptr_t caller);
extern void (*span_bracket_exit)(struct bracket *bracket, uintptr_t caller);

/*
 * In self.expected, of an announced call that is to come by the hook all the
 * same, for its bracket.
 */
#define EXPECTED_BRACKETED (1u << 30)

/* Whether a call is to have one; object and source are what it works on. */
static inline bool span_is_bracketed(enum call call, object_ref object, object_ref source)
{
	if (__builtin_expect(span_settings.brackets == BRACKETS_NONE, 1))
		return false;
	return call_table[call].flags & MOVES &&
	       (span_settings.brackets == BRACKETS_ALL || OBJECT_KIND(object) == KIND_DIRECT ||
		OBJECT_KIND(source) == KIND_DIRECT || call == CALL_vmsplice ||
		call == CALL_sys_vmsplice);
}

/* Forgets bookkeeping under way if it was left by a jump out of a signal handler. */
void span_void_busy(uintptr_t frame);

/* Whether the call may be recorded; frame is the stack pointer before it. */
static inline bool span_enter(uintptr_t frame)
{
	if (__builtin_expect(!recording_on(), 0))
		return false;
	if (__builtin_expect(!self.thread, 0) && !thread_take())
		return false;
	if (__builtin_expect(self.busy != 0, 0))
		span_void_busy(frame);
	return true;
}

void span_begin(struct span *span, enum call call, object_ref object, object_ref source,
		uintptr_t caller, uintptr_t frame);

/*
 * The same for a system call that no wrapper announced: made inside another
 * function of libc, or by the program itself. caller is the address behind its
 * instruction. Preserves vector registers, for the program may keep something
 * in them over a system call.
 */
void span_begin_syscall(struct span *span, enum call call, object_ref object, object_ref source,
			uintptr_t caller, uintptr_t frame);

/*
 * Whether the span is to be ended. A child that was forked inside the call, by a
 * signal handler or a function that the call came back to, has a record of its
 * own, in the place of the one that the span's cell is in.
 */
static inline bool span_is_open(const struct span *span)
{
	if (!span->cell)
		return false;
	if (__builtin_expect(span->record == recording_state.recording, 1))
		return true;
	/* So that nothing comes of a call whose bytes found no record. */
	recording_wait_for_end();
	return span->record == recording_state.recording || span->record == RECORD_STOPPED;
}

/* What the span opened for the layer below is closed; also where the call isn't to return. */
static inline void span_leave(const struct span *span)
{
	self.expected = span->expected_before;
	self.around = span->around_before;
	self.open = span->open_before;
	self.open_faults = span->open_faults_before;
	self.around_frame = span->around_frame_before;
	self.around_caller = span->around_caller_before;
}

/* The real call has returned: takes the time. The effect comes next. */
static inline void span_returned(struct span *span)
{
	span->elapsed = __builtin_ia32_rdtsc() - span->start;
	if (__builtin_expect(span->bracket.open, 0))
		span_bracket_exit(&span->bracket, span->caller);
	uint64_t written = thread_faults_written();
	if (__builtin_expect(written != span->faults, 0))
		span_faulted(span, written);
	span_leave(span);
}

void span_end(struct span *span);

/*
 * For what is seen outside of a call: as if one were open, without counting it.
 * False where the thread is busy with its own bookkeeping.
 */
bool span_outside(struct span *span, enum call call);

/* A part of an open span, on an object of its own: counted in that object's row of the call. */
void span_part(struct span *part, const struct span *span, object_ref object);

/* Adds to a column of the open span's row. */
static inline void span_add(struct span *span, enum column column, uint64_t n)
{
	counter_add(&span->cell->column[column], n);
}

/* Adds what crossed the boundary inside the span, or was moved by the kernel. */
static inline void span_crossed(struct span *span, enum column column, uint64_t n)
{
	span_add(span, column, n);
	if (span->around)
		counter_add(&span->around->column[column], n);
}

/*
 * The stack of a call that has no span, and in *entry what is remembered of it, or
 * NULL. Bookkeeping is under way.
 */
uint32_t span_stack(enum call call, uintptr_t caller, uintptr_t frame, struct memo_entry **entry);

/* The size row of a call of this thread, made when first needed; NULL where there is no room. */
struct size_row *span_sizes_make(enum call call);

static inline struct size_row *span_sizes(enum call call)
{
	struct size_row *row = self.locals->sizes[call];
	return __builtin_expect(row != NULL, 1) ? row : span_sizes_make(call);
}

static inline unsigned size_bucket(uint64_t bytes)
{
	unsigned bucket = bytes ? 64 - (unsigned)__builtin_clzll(bytes) : 0;
	return bucket < SIZE_BUCKETS ? bucket : SIZE_BUCKETS - 1;
}

/* Enters a call of so many bytes into the size distribution of the call. */
static inline __attribute__((always_inline)) void span_size(struct span *span, uint64_t bytes)
{
	struct size_row *row = span_sizes(span->call);
	if (row)
		counter_add(&row->bucket[size_bucket(bytes)], 1);
}

/* A call that needs no more than a count: no stack, no object, no time. */
void span_count(enum call call, object_ref object, uint64_t returned_bytes, uintptr_t frame);

/* A copy inside the process: no object, no time. */
void span_copied(enum call call, uint64_t bytes, uintptr_t caller, uintptr_t frame);

#endif
