/*
 * stack.h - who called: the stack of a wrapped call, remembered, verified, interned.
 *
 * Unwinding costs 60 to 170 ns; most calls come from a stack seen before. A
 * memory of recent stacks, by return address and stack pointer, holds for each
 * the places where its return addresses stood. Where every one of them still
 * holds the same address the stack is the same: a handful of loads.
 */
#ifndef SPAN_STACK_H
#define SPAN_STACK_H

#include "region/thread.h"

#define MEMO_WAYS    8
#define MEMO_SETS    128 /* a power of two */
#define MEMO_PLACES  256 /* a power of two */
#define MEMO_UNWOUND 512 /* stacks looked for from one place, before that stands for them */
#define MEMO_DEPTH   56	 /* of deeper stacks nothing is remembered: they are unwound each time */

struct memo_entry {
	uintptr_t caller; /* return address of the wrapper; 0: unused */
	uintptr_t frame;  /* the stack pointer before the call, as DWARF's CFA */
	uint32_t stack;
	uint32_t generation; /* of the list of modules */
	uint32_t depth;
	/* The cell of the last call from here, at hand. */
	uint32_t object, source;
	uint16_t call;
	struct cell *cell;
	struct stack_allocations *allocations; /* of an allocator's call, likewise */
	const uint64_t *addresses;	       /* in the region */
	uint16_t slot[MEMO_DEPTH];	       /* words above frame - 8 at which they stand */
};

/*
 * A place that copies inside the process. Recursion may give one more stacks
 * than it makes calls worth an unwinding: from then on it stands for them.
 */
struct memo_place {
	uintptr_t caller;
	uint32_t unwound;
	uint32_t stack; /* of the place alone, once there is one */
	uint32_t generation;
};

#define MEMO_SET(caller, frame) (((caller) ^ (caller) >> 9 ^ (frame) >> 4) & (MEMO_SETS - 1))

struct memo {
	struct memo_entry entry[MEMO_SETS][MEMO_WAYS];
	uint8_t next_way[MEMO_SETS];
	uint8_t last_way[MEMO_SETS]; /* the last to be recalled is looked at first */
	struct memo_place place[MEMO_PLACES];
	uint32_t hits;
	/* The part of this thread's stack that is known to be readable from end to end. */
	uintptr_t low, high;
};

bool stacks_init(void);
void stacks_start(void);  /* makes the fixed stacks of a new region */
void stacks_forget(void); /* in a forked child */

/*
 * Where stack_recall() finds nothing: unwinds, interns, and remembers. Returns
 * NULL where the stack can't be remembered; then *stack alone tells.
 */
struct memo_entry *stack_miss(struct memo *memo, uintptr_t caller, uintptr_t frame,
			      uint32_t *stack);

/* STACK_NONE while a place that copies may be unwound from; then the stack that is the place alone.
 */
uint32_t stack_of_place(struct memo *memo, uintptr_t caller);

/*
 * The stack of the program where a signal has interrupted it, its innermost
 * frame told by the address behind that of the instruction; STACK_NONE where it
 * isn't remembered and can't be found out now. For our own handler.
 */
uint32_t stack_interrupted(uintptr_t instruction, uintptr_t frame);

/* Unwinds a remembered stack again and counts whether it was right. */
void stack_verify(const struct memo_entry *entry);
extern bool stacks_verified;

/* Whether it is time to do so, for every 97th of those recalled. */
static inline bool stack_verification_is_due(struct memo *memo)
{
	return __builtin_expect(stacks_verified, 0) && ++memo->hits % 97 == 0;
}

/* The memory of the calling thread, made when first needed; NULL where there is none. */
struct memo *stack_memo(void);

/* The end (the highest address) of the calling thread's stack; 0 before it has a record. */
uintptr_t stack_end(void);

/*
 * Whether a function that was called from there with this frame may be under
 * way still: then its return address stands where it stood. Of stacks that we
 * don't know, coroutines' and signal handlers', it is taken to be.
 */
static inline bool stack_may_hold(uintptr_t caller, uintptr_t frame)
{
	const struct memo *memo = self.locals->memo;
	if (!memo || frame < memo->low + 8 || frame > memo->high)
		return true;
	return *(const uintptr_t *)(frame - 8) == caller;
}

static inline bool memo_holds(const struct memo_entry *entry)
{
	const uintptr_t *word = (const uintptr_t *)(entry->frame - 8);
	/* The innermost is the caller, which the entry was found by. */
	for (uint32_t i = 1; i < entry->depth; i++)
		if (word[entry->slot[i]] != entry->addresses[i])
			return false;
	return true;
}

/* Returns the memory's entry for the stack of a call with this return address and frame, or NULL.
 */
static inline struct memo_entry *stack_recall(struct memo *memo, uintptr_t caller, uintptr_t frame,
					      uint32_t *stack)
{
	unsigned set = MEMO_SET(caller, frame);
	for (unsigned i = 0; i < MEMO_WAYS; i++) {
		uint8_t way = (memo->last_way[set] + i) % MEMO_WAYS;
		struct memo_entry *entry = &memo->entry[set][way];
		if (entry->caller != caller || entry->frame != frame ||
		    entry->generation != live.region->generation || !memo_holds(entry))
			continue;
		memo->last_way[set] = way;
		*stack = entry->stack;
		return entry;
	}
	return NULL;
}

#endif
