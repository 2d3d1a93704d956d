/*
 * thread.h - what belongs to one thread: its record in the region, and memory that only it uses.
 */
#ifndef REGION_THREAD_H
#define REGION_THREAD_H

#include "region/live.h"

#include <limits.h>

#define CELL_SLOTS	16384 /* a power of two, without those of span/intern.h that are near */
#define CELL_SLOTS_NEAR 1024
#define CELLS_MOST	(CELL_SLOTS / 4 * 3)
#define CELLS_AT_ONCE	16 /* first chunk of a thread's cells */
#define VECTOR_BYTES	4096
#define FAULTS_BYTES	8192
#define OWN_STACK_BYTES 16384
#define OWN_FRAMES	12 /* of ours, below the caller of a wrapped call */

#define CANCEL_SIGNAL 32 /* glibc's SIGCANCEL: sysdeps/unix/sysv/linux/internal-signals.h */

struct locals {
	uint32_t capturing; /* in the unwinder: looked at by a thread that forks */
	struct size_row *sizes[CALLS];
	/* The last cell of each call among those found without a look at the stack. */
	struct cell *last[CALLS];
	/* The cell of a call on (other) or in a nested span: all that can't be told apart. */
	struct cell *folded[CALLS];
	uint32_t cell_slot[CELL_SLOTS_NEAR + CELL_SLOTS]; /* index + 1 of a cell; open addressing */
	void *memo;					  /* of span/stack */
	size_t memo_bytes;
	/* Of each stack its row of allocations, by its place in the region; of memory/blocks.c. */
	uint32_t stack_row[STACKS_MOST];
	/* For the names of files, which would be much on a signal's stack; used while busy. */
	char name[PATH_MAX + 64];
	/* For vector registers, while code runs that may use them; likewise. */
	char vectors[VECTOR_BYTES] __attribute__((aligned(64)));
	/* For a stack that is being unwound, likewise. */
	void *unwound[STACK_FRAMES + OWN_FRAMES];
	uint64_t address[STACK_FRAMES];
	/* Of memory/faults.c, which looks into that of other threads too. */
	char faults[FAULTS_BYTES] __attribute__((aligned(64)));
	/* Of memory/own_stack.h. */
	char own_stack[OWN_STACK_BYTES] __attribute__((aligned(64)));
};

struct self {
	/*
	 * The complement of the number of the system call that the open wrapper
	 * is about to make, so that 0 is none. syscall/slots.S looks at it here,
	 * and lets that call pass: the wrapper counts it.
	 */
	uint32_t expected;
	uint32_t cancellable; /* of syscall/cancel.c; slots.S sets it */
	/* Where a system call's hook is under way, whose caller may be cancelled anywhere; or 0. */
	uintptr_t in_hook;
	bool cancel_deferred; /* until that, and all bookkeeping, is left */
	bool refused;	      /* there was no record for this thread */
	bool own;	      /* what libc does now it does for us, and not for the program */
	bool lent;	      /* this is all that there is here: nothing of libc's */
	bool unwound;	      /* the unwinder has what it allocates for a thread */
	bool bare;	      /* no unwinding now: there is no room, or it is lent */
	/*
	 * The row of the library function that is open, in which what crosses
	 * inside it is told too. A function left by a jump stays here; then the
	 * next call's stack pointer is above its frame.
	 */
	struct cell *around;
	uintptr_t around_frame;
	uintptr_t around_caller; /* its return address, which stands below the frame */
	struct thread *thread;
	struct locals *locals;
	/*
	 * The stack address at which bookkeeping of this thread is under way, or
	 * 0. A signal handler that comes in between finds it set, and must not
	 * walk the structures that are half changed. An address and not a flag,
	 * because the handler may leave by siglongjmp: then the address lies
	 * below the stack pointer of the next call, and is void.
	 */
	uintptr_t busy;
	/* At hand for the allocation wrappers; NULL where the long way must be gone. */
	struct size_row *malloc_sizes, *realloc_sizes, *free_sizes;
	struct size_row *kept_malloc_sizes, *kept_free_sizes; /* likewise, where blocks are kept */
	struct allocation *allocation;
	/* What the last call of the allocator gave, and how much of it was asked for; else NULL. */
	const void *last_block;
	size_t last_bytes;
	/* Of region/kernel_io.c: what it has read itself, and whether it is about to end. */
	uint64_t own_read_bytes;
	bool figures_kept;
	uint64_t own_faults; /* of region/own_faults.h */
	/*
	 * How much the kernel has written to this thread's ring of page faults,
	 * which it counts there, or NULL; and beyond what it should be emptied.
	 */
	const uint64_t *faults_written;
	uint64_t faults_full;
	/* The innermost call under way, and what was written when it began. */
	struct cell *open;
	uint64_t open_faults;
};

/*
 * Initial-exec by the compiler's flags: 1.6 ns a use instead of 3.8, and no
 * call of __tls_get_addr, which may allocate.
 */
extern __thread struct self self;

#define SAMPLE_BYTES 32 /* in what is written; where some were lost there is a little more */

/* How much the kernel has written to this thread's ring of page faults. */
static inline uint64_t thread_faults_written(void)
{
	return self.faults_written ? __atomic_load_n(self.faults_written, __ATOMIC_ACQUIRE) : 0;
}

/*
 * Around bookkeeping; `at` as in self.busy. A thread that lets itself be
 * cancelled anywhere isn't in between, where it may hold a lock that others
 * need: syscall/cancel.c puts that off, and the end makes up for it.
 */
void thread_cancel_again(void);

static inline void bookkeeping_begin(uintptr_t at)
{
	self.busy = at;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline void bookkeeping_end(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	self.busy = 0;
	if (__builtin_expect(self.cancel_deferred && !self.in_hook, 0))
		thread_cancel_again();
}

/*
 * The thread jumps, and the stack pointer will be this: what is below it has
 * been left for good.
 */
void thread_jumps(uintptr_t to);

/*
 * Gives the calling thread a record, its own or that of a thread that ended;
 * false where there is none to be had. Async-signal-safe.
 */
bool thread_take(void);

/* What a thread with a record gets besides, and the memory of one, or NULL. memory/faults.c sets
 * the first. */
extern void (*thread_taken)(void);
struct locals *thread_locals(uint32_t index);

/* Whether another thread is in the unwinder; and that none of them is to be asked about again. */
bool threads_capturing(void);
void threads_captured(void);

/* In a forked child: nothing that the threads of the parent had is ours. */
void threads_forget(void);

#endif
