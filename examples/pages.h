/*
 * pages.h - memory that is touched a page at a time.
 */
#ifndef EXAMPLES_PAGES_H
#define EXAMPLES_PAGES_H

#include "io.h"

#include <sys/prctl.h>

#define PAGE 4096

/* Else a byte that is written to may bring two megabytes, where the kernel is set to do so for all.
 */
static inline void only_small_pages(void)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* fails where there are no others */
}

/* A byte on each of the pages, or on one of every so many; on none where that is 0. */
static inline void write_pages(void *block, size_t size, size_t every)
{
	for (size_t i = 0; every && i < size; i += every * PAGE)
		((volatile char *)block)[i] = 1;
}

static inline void read_pages(const void *block, size_t size)
{
	for (size_t i = 0; i < size; i += PAGE)
		(void)((const volatile char *)block)[i];
}

#endif
