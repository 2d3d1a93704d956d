/*
 * filter.h - the seccomp filters that the program put on itself, asked before each system call of
 * ours.
 *
 * A filter may kill a process for a call that it doesn't make by itself. So
 * each that we see is kept, and what the kernel would do is worked out here
 * first, where nothing dies of it.
 */
#ifndef ABI_FILTER_H
#define ABI_FILTER_H

#include <stdbool.h>

struct sock_fprog;
struct filter;

/* The last one; NULL where there is none. Only to be looked at. */
extern const struct filter *filter_last;

/*
 * A copy of what the program is about to install; NULL where there is none to be had. The address
 * is the program's: it may be wrong.
 */
struct filter *filter_copy(const struct sock_fprog *program);

/* It is installed: from now on it is asked too. Of NULL, no call of ours is made any more. */
void filter_add(struct filter *filter);

/* It was refused. */
void filter_drop(struct filter *filter);

enum filter_verdict {
	FILTER_PASSES,
	FILTER_FAILS,	 /* with an error */
	FILTER_ENDANGERS /* it kills, raises a signal, or asks somebody else */
};

/* What becomes of a call under `filter` and those before it; NULL: all that are installed. */
enum filter_verdict filter_verdict(const struct filter *filter, long nr, long a, long b, long c,
				   long d);

/* Makes a call that passes; any other fails with -ENOSYS, as most sandboxes have it. */
long filter_call(long nr, long a, long b, long c, long d, long e, long f);

#endif
