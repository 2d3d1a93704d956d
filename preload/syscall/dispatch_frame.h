/*
 * dispatch_frame.h - a system call that was caught, and the pieces of assembly that it goes
 * through.
 */
#ifndef SYSCALL_DISPATCH_FRAME_H
#define SYSCALL_DISPATCH_FRAME_H

#include "syscall/frame.h"

/* For dispatch_text.S. */
#define CAUGHT_BYTES 640
#define ZONE_BYTES   136 /* the red zone, and 8 to keep what is pushed at odd multiples of 8 */

#define FORK_USERS  0
#define FORK_FLAGS  4
#define FORK_RESUME 8
#define FORK_RDI    16
#define FORK_RSI    24
#define FORK_RDX    32
#define FORK_R10    40
#define FORK_R8	    48
#define FORK_R9	    56
#define FORK_MASK   64
#define FORK_BYTES  72

#define FORK_SHARES  1 /* parent and child run at once in one memory */
#define FORK_BORROWS 2 /* the child runs in the parent's memory while that waits */
#define FORK_CLEARS  4 /* the child has no handlers */
#define FORK_ARMS    8

#define STATE_ON 1

#ifndef __ASSEMBLER__

#include "abi/kernel.h"
#include "region/signals.h"
#include "shared/region.h"

#include <ucontext.h>

struct caught {
	struct call_frame call; /* first, for dispatch_text.S */
	ucontext_t *context;	/* of the program at the call; NULL where it has been left */
	uint64_t mask;		/* a copy of a set of signals, without SIGSYS */
	uint64_t pair[3];	/* a copy of what points to that */
	long argument;		/* what stood where the copy was put */
	int replaced;		/* the number of that argument, or -1 */
};

_Static_assert(sizeof(struct caught) <= CAUGHT_BYTES, "dispatch_text.S makes room for it");

extern enum exhaustive_state dispatch_current;
_Static_assert(EXHAUSTIVE_ON == STATE_ON, "dispatch_text.S compares with it");

/* dispatch_text.S. Those without parameters are entered with the program's registers. */
long dispatch_call(struct caught *caught); /* makes the call, from inside the handler */
long dispatch_int80(const struct caught *caught);
void dispatch_forward(void); /* as a rewritten place would: counted, on the program's stack */
void dispatch_pass(void);    /* the same, uncounted */
void dispatch_leave(void);   /* does not come back */
void dispatch_clone(void);   /* comes back twice; r9 points to a struct fork */
void dispatch_alone(void);   /* comes back to no stack; likewise */
/* Behind their syscall instructions. */
extern const char dispatch_called[], dispatch_forwarded[], dispatch_passed[];

#endif
#endif
