/*
 * mapping_calls.h - the system calls that make, move and end mappings, for what they mean to the
 * table of mappings.
 *
 * Before such a call takes pages away, the page faults that are still to be
 * accounted are: it is looked at pages while they are there.
 */
#ifndef MEMORY_MAPPING_CALLS_H
#define MEMORY_MAPPING_CALLS_H

#include "memory/mappings.h"
#include "span/span.h"

/* A call under way. */
struct mapping_call {
	bool populates; /* it brings pages in, by faults in the bracket */
	struct bracket bracket;
	/* Of mremap what it was, of no bytes where that isn't one area; of shmat what will be. */
	struct area moving;
};

/* Of the system calls for which number_maps() in syscall/numbers.h. */
void mapping_call_enter(struct mapping_call *call, long number, const long a[6]);
void mapping_call_exit(struct mapping_call *call, long number, const long a[6], long r);

#endif
