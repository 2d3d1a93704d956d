/*
 * uring.h - io_uring: requests and completions that pass through memory shared with the kernel.
 *
 * The rings are mapped a second time, for reading, and looked at whenever the
 * program enters the kernel for them, and at the end. What came and went in
 * between is seen then; what was overwritten by then is counted as unmatched.
 */
#ifndef SPAN_URING_H
#define SPAN_URING_H

#include "span/span.h"

struct io_uring_params;

/* io_uring_setup returned r: the rings' descriptor. */
void uring_made(struct span *s, long r, const struct io_uring_params *parameters);

/* Before io_uring_enter, which takes that many requests: a look at what is submitted. */
void uring_entering(int fd, unsigned count, unsigned flags);

/* io_uring_enter returned r: a look at what is complete. */
void uring_entered(struct span *s, long r, int fd, unsigned flags);

/* Descriptors are about to be closed: a last look at those of rings, and the second mapping goes.
 */
void uring_close(unsigned first, unsigned last);
extern bool uring_present;

static inline void uring_closing_range(unsigned first, unsigned last)
{
	if (__builtin_expect(uring_present, 0))
		uring_close(first, last);
}

/* At the end of the process: a last look at all rings. */
void uring_finish(void);

/* In a forked child: it has no rings. */
void uring_forget(void);

#endif
