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
#include "region/live.h"

#include <sys/resource.h>

static inline void own_faults_begin(struct rusage *before)
{
	if (!live.made || RAW_2(SYS_getrusage, RUSAGE_THREAD, before) < 0)
		before->ru_minflt = -1;
}

/* The same thread, after what it did in one system call. */
static inline void own_faults_end(const struct rusage *before)
{
	struct rusage after;
	if (before->ru_minflt < 0 || RAW_2(SYS_getrusage, RUSAGE_THREAD, &after) < 0)
		return;
	counter_add_shared(&live.region->own_minor,
			   (uint64_t)(after.ru_minflt - before->ru_minflt));
	counter_add_shared(&live.region->own_major,
			   (uint64_t)(after.ru_majflt - before->ru_majflt));
}

#endif
