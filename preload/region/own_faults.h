/*
 * own_faults.h - page faults of our own that no sample tells of: those of memory that we have the
 * kernel fill.
 *
 * They are counted as any others, but by no instruction (mm/memory.c,
 * mm_account_fault(): perf events need registers).
 */
#ifndef REGION_OWN_FAULTS_H
#define REGION_OWN_FAULTS_H

#include "abi/counter.h"
#include "abi/raw.h"
#include "region/thread.h"

#include <sys/resource.h>

/*
 * What the kernel writes to is written to first: a fault there, as on a stack
 * that a fork has left shared, is sampled, and would be counted here again.
 */
static inline void own_faults_begin(struct rusage *before)
{
	*before = (struct rusage){0};
	if (!live.made || RAW_2(SYS_getrusage, RUSAGE_THREAD, before) < 0)
		before->ru_minflt = -1;
}

/* The same thread, after what it did; `otherwise` of them are told of by other means. */
static inline void own_faults_end_but(const struct rusage *before, uint64_t otherwise)
{
	struct rusage after = {0};
	if (before->ru_minflt < 0 || RAW_2(SYS_getrusage, RUSAGE_THREAD, &after) < 0)
		return;
	uint64_t minor = (uint64_t)(after.ru_minflt - before->ru_minflt);
	minor = minor > otherwise ? minor - otherwise : 0;
	self.own_faults += minor;
	counter_add_shared(&live.region->own_minor, minor);
	counter_add_shared(&live.region->own_major,
			   (uint64_t)(after.ru_majflt - before->ru_majflt));
}

/* The same, where it was one system call. */
static inline void own_faults_end(const struct rusage *before)
{
	own_faults_end_but(before, 0);
}

#endif
