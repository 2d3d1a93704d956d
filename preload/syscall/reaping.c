/*
 * reaping.c - children that the process waits for: how they ended, and what they used.
 */
#include "syscall/reaping.h"

#include "abi/clock.h"
#include "abi/raw.h"
#include "memory/forks.h"
#include "region/live.h"
#include "region/recording.h"

#include <signal.h>
#include <sys/wait.h>

void reaping_enter(struct call_frame *frame)
{
	long *status = &frame->a[1], *usage = frame->nr == SYS_wait4 ? &frame->a[3] : &frame->a[4];
	frame->given = *usage;
	if (!*usage)
		*usage = (long)&frame->reaped.usage;
	if (frame->nr == SYS_wait4 && !*status)
		*status = (long)&frame->reaped.status;
}

/* In the form of wait(2); false where no child has ended. */
static bool status_of(const siginfo_t *info, int *status)
{
	if (!info || !info->si_pid)
		return false;
	switch (info->si_code) {
	case CLD_EXITED:
		*status = W_EXITCODE(info->si_status & 0xff, 0);
		return true;
	case CLD_KILLED:
		*status = W_EXITCODE(0, info->si_status);
		return true;
	case CLD_DUMPED:
		*status = W_EXITCODE(0, info->si_status) | WCOREFLAG;
		return true;
	default:
		return false;
	}
}

static uint64_t microseconds(const struct timeval *time)
{
	return (uint64_t)time->tv_sec * 1000000u + (uint64_t)time->tv_usec;
}

static void keep(int32_t pid, int status, const struct rusage *usage)
{
	uint32_t index;
	/* A child in our memory waits for children of its own. */
	if (!recording_on() || live.region->pid != raw_getpid())
		return;
	forks_reaped(pid);
	struct child *child = live_append(&live.region->children, &index);
	if (!child) {
		__atomic_fetch_add(&live.region->children_folded, 1, __ATOMIC_RELAXED);
		return;
	}
	child->status = status;
	child->end_realtime_ns = clock_ns(CLOCK_REALTIME);
	child->user_us = microseconds(&usage->ru_utime);
	child->system_us = microseconds(&usage->ru_stime);
	child->max_rss_bytes = (uint64_t)usage->ru_maxrss << 10;
	child->minor_faults = (uint64_t)usage->ru_minflt;
	child->major_faults = (uint64_t)usage->ru_majflt;
	__atomic_store_n(&child->pid, pid, __ATOMIC_RELEASE);
}

void reaping_exit(struct call_frame *frame, long r)
{
	bool by_id = frame->nr == SYS_waitid;
	long *status = &frame->a[1], *usage = by_id ? &frame->a[4] : &frame->a[3];
	const struct rusage *used = (const struct rusage *)*usage;
	const siginfo_t *info = by_id ? (const siginfo_t *)frame->a[2] : NULL;
	int ended = 0;

	if (by_id && r == 0 && !(frame->a[3] & WNOWAIT) && status_of(info, &ended))
		keep(info->si_pid, ended, used);
	if (!by_id && r > 0) {
		ended = *(const int *)*status;
		if (WIFEXITED(ended) || WIFSIGNALED(ended))
			keep((int32_t)r, ended, used);
	}
	*usage = frame->given;
	if (*status == (long)&frame->reaped.status)
		*status = 0;
}
