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

#define READ_ATTEMPTS 4

/*
 * What the kernel counts of this thread, and how much its ring had just then: a
 * handler of the program's may run in between. What the kernel writes to is
 * written to first, or a fault there would be in the one and not in the other,
 * as on a stack that a fork has left shared.
 */
static inline bool thread_usage_read(struct rusage *usage, uint64_t *written)
{
	*usage = (struct rusage){0};
	for (int i = 0; i < READ_ATTEMPTS; i++) {
		*written = thread_faults_written();
		if (RAW_2(SYS_getrusage, RUSAGE_THREAD, usage) < 0)
			return false;
		if (*written == thread_faults_written())
			break;
	}
	return true;
}

struct own_faults {
	struct rusage before; /* of this thread; ru_minflt is -1 where it isn't known */
	uint64_t written, own;
};

static inline void own_faults_begin(struct own_faults *faults)
{
	if (!live.made || !thread_usage_read(&faults->before, &faults->written))
		faults->before.ru_minflt = -1;
	faults->own = self.own_faults;
}

/* The same thread, after what it did. Those that are sampled are accounted as all others. */
static inline void own_faults_end(const struct own_faults *faults)
{
	struct rusage after;
	uint64_t written;
	if (faults->before.ru_minflt < 0 || !thread_usage_read(&after, &written))
		return;
	uint64_t minor = (uint64_t)(after.ru_minflt - faults->before.ru_minflt);
	uint64_t otherwise =
	    (written - faults->written) / SAMPLE_BYTES + self.own_faults - faults->own;
	minor = minor > otherwise ? minor - otherwise : 0;
	self.own_faults += minor;
	counter_add_shared(&live.region->own_minor, minor);
	counter_add_shared(&live.region->own_major,
			   (uint64_t)(after.ru_majflt - faults->before.ru_majflt));
}

#endif
