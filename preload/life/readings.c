/*
 * readings.c - what the kernel itself counts about this process.
 */
#include "life/readings.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "region/kernel_io.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/single_threaded.h>

void reading_take(struct reading *reading)
{
	kernel_io_read(KERNEL_IO_PROCESS, &reading->process);
	kernel_io_own_begin(&reading->thread);
	/* The first of the two is already in the second. */
	reading->thread.io.rchar -= reading->process.text_bytes;
}

void reading_start(struct region *region, const struct reading *first, struct kernel_io_mark *mark)
{
	region->io_start = first->process;
	region->outside_rchar = first->process.rchar - first->thread.io.rchar;
	region->outside_wchar = first->process.wchar - first->thread.io.wchar;
	*mark = (struct kernel_io_mark){.io = first->thread.io}; /* of a ledger that was empty */
	kernel_io_own_end(mark);
}

/* A thread that ends meanwhile adds its own readings: then once more. */
static void take_last(struct region *region, struct reading *last)
{
	for (int attempt = 0; attempt < 3; attempt++) {
		uint64_t own = __atomic_load_n(&region->own_read_bytes, __ATOMIC_ACQUIRE);
		reading_take(last);
		region->own_read_at_end =
		    __atomic_load_n(&region->own_read_bytes, __ATOMIC_ACQUIRE);
		if (region->own_read_at_end == own || attempt == 2)
			break;
		/* What the attempt itself read is part of the next one. */
		counter_add_shared(&region->own_read_bytes,
				   last->process.text_bytes + last->thread.io.text_bytes);
	}
}

static bool has_reaped(void)
{
	struct rusage children;
	return RAW_2(SYS_getrusage, RUSAGE_CHILDREN, &children) < 0 || children.ru_minflt;
}

void reading_end(struct region *region, struct reading *last, bool may_resume)
{
	struct io_counters others = {.rchar = 0};
	bool threads = __atomic_load_n(&region->threads.count, __ATOMIC_RELAXED) > 1 ||
		       !__libc_single_threaded;
	bool reaped = has_reaped();

	region->reaped_rchar = region->reaped_wchar = 0;
	region->threads_left = 0;
	/* Then nobody asks what is of which thread. */
	if (!threads && !reaped && !may_resume) {
		kernel_io_read(KERNEL_IO_PROCESS, &last->process);
		region->own_read_at_end = region->own_read_bytes;
		region->io_end = last->process;
		region->reaped = last->process.known ? REAPED_NONE : REAPED_UNKNOWN;
		return;
	}
	take_last(region, last);
	region->io_end = last->process;
	if (threads)
		region->threads_left = kernel_io_other_threads(&others);
	if (!last->thread.io.known || (threads && !others.known))
		region->reaped = REAPED_UNKNOWN;
	else if (!reaped)
		region->reaped = REAPED_NONE;
	else if (threads && (!region->ends_seen || region->threads_unrecorded))
		region->reaped = REAPED_THREADS;
	else
		region->reaped = REAPED_KNOWN;
	if (region->reaped != REAPED_KNOWN)
		return;
	/* What is of no thread of ours, and was not when the record began. */
	region->reaped_rchar = last->process.rchar - last->thread.io.rchar - others.rchar -
			       region->ended_rchar - region->outside_rchar;
	region->reaped_wchar = last->process.wchar - last->thread.io.wchar - others.wchar -
			       region->ended_wchar - region->outside_wchar;
}

void reading_resume(struct region *region, struct reading *last)
{
	region->io_end.known = 0;
	kernel_io_own_end(&last->thread);
}

void reading_counted(struct counted *counted)
{
	struct io_counters io;
	struct rusage usage = {0};
	kernel_io_read(KERNEL_IO_PROCESS, &io);
	RAW_2(SYS_getrusage, RUSAGE_SELF, &usage);
	*counted = (struct counted){.rchar = io.known ? io.rchar + io.text_bytes : RCHAR_UNREAD,
				    .minor_faults = (uint64_t)usage.ru_minflt,
				    .major_faults = (uint64_t)usage.ru_majflt};
}

/* glibc's list of streams, which it too walks at the exit (libio/genops.c). */
extern FILE *_IO_list_all;

uint64_t reading_unwritten(void)
{
	uint64_t bytes = 0;
	for (FILE *stream = _IO_list_all; stream; stream = stream->_chain)
		if (stream->_fileno >= 0 && stream->_mode <= 0 &&
		    stream->_IO_write_ptr > stream->_IO_write_base)
			bytes += (uint64_t)(stream->_IO_write_ptr - stream->_IO_write_base);
	return bytes;
}
