/*
 * buffer.h - a buffer that a process has touched before it forks, and how the two then wait for
 * each other.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include "../pages.h"

#include <malloc.h>

/* On the heap, which a trace tells apart from stacks, and from what libc has. */
static inline void *reserved_buffer(size_t size)
{
	mallopt(M_MMAP_MAX, 0);
	return must_have(aligned_alloc(PAGE, size));
}

static inline void *touched_buffer(size_t size)
{
	only_small_pages();
	void *buffer = reserved_buffer(size);

	write_pages(buffer, size, 1);
	return buffer;
}

/* Writes to nothing: exit() would, to pages that may be shared still. */
static inline _Noreturn void leave(void)
{
	_exit(0);
}

/* Waits until the other process has closed its end, or has exited: nothing is ever written. */
static inline void wait_for_other(int ends[2])
{
	char byte;

	close(ends[1]);
	if (read(ends[0], &byte, 1))
		err(1, "read");
}

#endif
