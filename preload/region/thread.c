/*
 * thread.c - what belongs to one thread: its record in the region, and memory that only it uses.
 */
#include "region/thread.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "abi/valgrind.h"
#include "region/kernel_io.h"

#include <stdint.h>
#include <sys/mman.h>

/* How many records of others a new thread looks at, in search of one whose thread is gone. */
#define LOOK_AT 16

__thread struct self self;

void (*thread_taken)(void);

static struct locals **locals_of; /* by the number of the record */
static uint32_t cursor;

static void *private_memory(size_t bytes)
{
	return raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

static bool is_gone(int32_t tid)
{
	return RAW_3(SYS_tgkill, live.region->pid, tid, 0) == -ESRCH;
}

static struct thread *take_over(int32_t tid, uint32_t *index)
{
	struct table *threads = &live.region->threads;
	uint32_t count = __atomic_load_n(&threads->count, __ATOMIC_ACQUIRE);
	for (uint32_t looked = 0; looked < LOOK_AT && looked < count; looked++) {
		uint32_t i = __atomic_fetch_add(&cursor, 1, __ATOMIC_RELAXED) % count;
		struct thread *thread = live_at(threads, i);
		int32_t was = __atomic_load_n(&thread->tid, __ATOMIC_RELAXED);
		if (was && (was == tid || is_gone(was)) &&
		    __atomic_compare_exchange_n(&thread->tid, &was, tid, false, __ATOMIC_ACQ_REL,
						__ATOMIC_RELAXED)) {
			*index = i;
			return thread;
		}
	}
	return NULL;
}

/* The first thread's peaks were exact while it was alone; now it must publish again. */
static void lone_no_more(struct thread *first)
{
	first->allocation.publish_high = INT64_MIN;
	uint32_t rows = __atomic_load_n(&first->stack_allocations.count, __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < rows; i++) {
		struct stack_allocations *row = live_at(&first->stack_allocations, i);
		row->publish_high = INT64_MIN;
	}
}

static struct thread *make(int32_t tid, uint32_t *index)
{
	struct thread *thread = live_append(&live.region->threads, index);
	if (!thread)
		return NULL;
	thread->cells = (struct table){.record_bytes = sizeof(struct cell),
				       .first = CELLS_AT_ONCE,
				       .limit = CELLS_MOST + CALLS};
	thread->sizes =
	    (struct table){.record_bytes = sizeof(struct size_row), .first = 4, .limit = CALLS};
	thread->stack_allocations = (struct table){
	    .record_bytes = sizeof(struct stack_allocations), .first = 64, .limit = STACKS_MOST};
	if (*index == 1)
		lone_no_more(live_at(&live.region->threads, 0));
	/* The kernel may not be asked: then of a number that is nobody's, and nobody takes it over.
	 */
	__atomic_store_n(&thread->tid, tid > 0 ? tid : -1 - (int32_t)*index, __ATOMIC_RELEASE);
	return thread;
}

bool thread_take(void)
{
	uint32_t index;
	int32_t tid = (int32_t)raw_gettid();

	if (self.refused)
		return false;
	if (!__atomic_load_n(&locals_of, __ATOMIC_ACQUIRE)) {
		struct locals **none = NULL;
		struct locals **fresh = private_memory(THREADS_MOST * sizeof(*fresh));
		if (!fresh)
			return false;
		if (!__atomic_compare_exchange_n(&locals_of, &none, fresh, false, __ATOMIC_ACQ_REL,
						 __ATOMIC_ACQUIRE))
			raw_munmap(fresh, THREADS_MOST * sizeof(*fresh));
	}
	struct thread *thread = tid > 0 ? take_over(tid, &index) : NULL;
	if (!thread)
		thread = make(tid, &index);
	if (!thread) {
		counter_add_shared(&live.region->threads_unrecorded, 1);
		self.refused = true;
		return false;
	}
	if (!locals_of[index])
		locals_of[index] = private_memory(sizeof(struct locals));
	if (!locals_of[index])
		return false;
	self.locals = locals_of[index];
	valgrind_know_stack(self.locals->own_stack,
			    self.locals->own_stack + sizeof(self.locals->own_stack));
	self.locals->capturing = 0;
	self.thread = thread;
	if (!self.lent)
		kernel_io_watch_thread();
	/* What another thread remembers of its stack may lie outside of this one's. */
	if (self.locals->memo)
		raw_zero_pages(self.locals->memo, self.locals->memo_bytes);
	if (thread_taken && !self.lent)
		thread_taken();
	return true;
}

struct locals *thread_locals(uint32_t index)
{
	return locals_of ? __atomic_load_n(&locals_of[index], __ATOMIC_ACQUIRE) : NULL;
}

void thread_cancel_again(void)
{
	self.cancel_deferred = false;
	RAW_3(SYS_tgkill, raw_getpid(), raw_gettid(), CANCEL_SIGNAL);
}

void thread_jumps(uintptr_t to)
{
	if (self.around && self.around_frame <= to)
		self.around = NULL;
	if (self.in_hook < to)
		self.in_hook = 0;
	if (self.busy && self.busy < to) {
		if (self.locals)
			self.locals->capturing = 0;
		bookkeeping_end();
	}
}

bool threads_capturing(void)
{
	for (uint32_t i = 0; locals_of && i < live.region->threads.count; i++) {
		const struct locals *locals = locals_of[i];
		if (!locals || locals == self.locals ||
		    !__atomic_load_n(&locals->capturing, __ATOMIC_SEQ_CST))
			continue;
		const struct thread *thread = live_at(&live.region->threads, i);
		if (!is_gone(thread->tid))
			return true;
	}
	return false;
}

void threads_captured(void)
{
	for (uint32_t i = 0; locals_of && i < live.region->threads.count; i++)
		if (locals_of[i] && locals_of[i] != self.locals)
			__atomic_store_n(&locals_of[i]->capturing, 0, __ATOMIC_RELAXED);
}

void threads_forget(void)
{
	for (uint32_t i = 0; locals_of && i < live.region->threads.count; i++) {
		if (!locals_of[i])
			continue;
		if (locals_of[i]->memo)
			raw_munmap(locals_of[i]->memo, locals_of[i]->memo_bytes);
		raw_zero_pages(locals_of[i], sizeof(struct locals));
	}
	self = (struct self){0};
	cursor = 0;
}
