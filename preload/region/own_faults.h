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

struct own_faults {
	struct rusage before; /* of this thread; ru_minflt is -1 where it isn't known */
	uint64_t written, own;
};

/*
 * What the kernel writes to is written to first: a fault there, as on a stack
 * that a fork has left shared, is sampled.
 */
static inline void own_faults_begin(struct own_faults *faults)
{
	*faults = (struct own_faults){.written = thread_faults_written(), .own = self.own_faults};
	if (!live.made || RAW_2(SYS_getrusage, RUSAGE_THREAD, &faults->before) < 0)
		faults->before.ru_minflt = -1;
}

/* The same thread, after what it did. Those that are sampled are accounted as all others. */
static inline void own_faults_end(const struct own_faults *faults)
{
	struct rusage after = {0};
	if (faults->before.ru_minflt < 0 || RAW_2(SYS_getrusage, RUSAGE_THREAD, &after) < 0)
		return;
	uint64_t minor = (uint64_t)(after.ru_minflt - faults->before.ru_minflt);
	uint64_t otherwise = (thread_faults_written() - faults->written) / SAMPLE_BYTES +
			     self.own_faults - faults->own;
	minor = minor > otherwise ? minor - otherwise : 0;
	self.own_faults += minor;
	counter_add_shared(&live.region->own_minor, minor);
	counter_add_shared(&live.region->own_major,
			   (uint64_t)(after.ru_majflt - faults->before.ru_majflt));
}

#endif
