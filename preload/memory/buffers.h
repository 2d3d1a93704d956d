/*
 * buffers.h - which memory of the program a system call copies from or to.
 */
#ifndef MEMORY_BUFFERS_H
#define MEMORY_BUFFERS_H

#include <stdbool.h>
#include <stdint.h>

#define PIECES_MOST 16 /* of more, the others are left out */

struct piece {
	uintptr_t start, end;
};

struct buffers {
	struct piece piece[PIECES_MOST];
	unsigned count;
	bool written; /* by the kernel */
};

/* Whether a call copies to or from memory of the program at all. */
bool buffers_of_call(long nr);

/* The one buffer that is among its arguments; false where it has another form. */
bool buffers_single(long nr, const long a[6], struct buffers *buffers);

/* What of its buffers was used by a call that has returned r; the arguments are known to be sound.
 */
void buffers_used(long nr, const long a[6], long r, struct buffers *buffers);

#endif
