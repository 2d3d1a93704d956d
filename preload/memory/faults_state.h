/*
 * faults_state.h - what is kept of one thread's page faults, in its struct locals.
 */
#ifndef MEMORY_FAULTS_STATE_H
#define MEMORY_FAULTS_STATE_H

#include "memory/ring.h"
#include "region/thread.h"
#include "span/span.h"

#define FAULTS_BATCH 64
#define CALLS_MOST   24 /* in which faults were taken, from one draining to the next */
#define KNOWN_PAGES  64 /* a power of two */
#define PENDING_MOST 32
#define NOTES_MOST   64
#define TOUCHED_MOST 16 /* a power of two */

/* A call inside which faults were taken: those that stand there in what was written. */
struct faulted {
	uint64_t from, to;
	struct cell *cell, *around;
};

/* A fault that no sample tells of. */
struct pending {
	struct fault fault;
	struct cell *cell, *around;
};

/* From where a fault was taken: the last of those written by then. */
struct note {
	uint64_t written;
	uint32_t stack;
};

struct faults_state {
	struct ring ring;
	uint32_t draining; /* by this thread, or one that ends the record */
	uint32_t calls;
	uint64_t began_with; /* what the thread had taken by then */
	struct faulted call[CALLS_MOST];
	struct fault batch[FAULTS_BATCH];
	uint64_t position[FAULTS_BATCH];
	uint32_t notes, notes_read;
	struct note note[NOTES_MOST];
	/* Of brackets.c: */
	uint64_t told; /* faults that were known by a bracket */
	uint32_t pendings;
	uint32_t epoch; /* of known_page */
	struct pending pending[PENDING_MOST];
	uint64_t known_page[KNOWN_PAGES];
	/* Where the last faults were that have samples and have been accounted. */
	uint32_t touches;
	uintptr_t touched[TOUCHED_MOST];
};
_Static_assert(sizeof(struct faults_state) <= FAULTS_BYTES, "it has room in struct locals");

static inline struct faults_state *faults_state_of(struct locals *locals)
{
	return (struct faults_state *)locals->faults;
}

/* Of all threads. */
struct faults_settings {
	enum faults_level level;
	bool signals; /* a ring that fills up may say so */
	bool ended;   /* what is taken now is in no record */
};
extern struct faults_settings faults_settings;

static inline bool faults_are_sampled(void)
{
	return faults_settings.level == FAULTS_KERNEL || faults_settings.level == FAULTS_USER;
}

void faults_cause(enum faults_cause cause);

/* Accounts what a ring holds; with signals held and bookkeeping under way, by who has taken it. */
void faults_empty(struct locals *locals, const struct faulted *open);

/* The same as bookkeeping of its own, unless another thread has taken the ring. */
void faults_empty_held(struct locals *locals, const struct faulted *open);

/* The span's call has returned, and this was written to the ring since it began. */
void faults_in_call(const struct span *span, uint64_t written);

bool faults_take_ring(struct faults_state *state);
void faults_leave_ring(struct faults_state *state);

/* How far the ring may be filled from now on until a call empties it. */
void faults_set_full(const struct ring *ring);

#endif
