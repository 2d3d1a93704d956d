/*
 * recording.c - whether this process is being recorded, and who must wait while that ends.
 */
#include "region/recording.h"

#include "abi/clock.h"
#include "abi/raw.h"
#include "region/live.h"

#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>

#define WAIT_MOST_NS 2000000000ul

_Alignas(4096) union recording_state recording_state;

static int32_t last_thread; /* that goes on, while the process ends; or 0 */
static uint32_t stopped;    /* the number of the record that it ends */

void recording_init(void)
{
	/* Linux 4.14; before it, only fork() through libc is noticed. */
	RAW_3(SYS_madvise, &recording_state, sizeof(recording_state), MADV_WIPEONFORK);
	recording_state.ours = 1;
}

/* The thread to wait for, or 0. In a child that shares our memory there is none: it lives on. */
static int32_t thread_that_ends(void)
{
	int32_t last = __atomic_load_n(&last_thread, __ATOMIC_ACQUIRE);
	return last > 0 && raw_gettid() != last && raw_getpid() == live.region->pid ? last : 0;
}

static void resume_after(int32_t last)
{
	if (last <= 0 || __atomic_load_n(&last_thread, __ATOMIC_ACQUIRE) != last)
		return;
	__atomic_store_n(&recording_state.recording, stopped, __ATOMIC_RELEASE);
	__atomic_store_n(&last_thread, 0, __ATOMIC_RELEASE);
	RAW_3(SYS_futex, &last_thread, FUTEX_WAKE_PRIVATE, INT32_MAX);
}

/*
 * Not for ever, whatever signals come: the end may wait for one of those that
 * wait for it, say for a file system of theirs. False where a filter forbids it.
 */
static bool wait_for(int32_t last)
{
	const uint64_t ns = clock_ns(CLOCK_MONOTONIC) + WAIT_MOST_NS;
	const struct timespec until = {.tv_sec = (time_t)(ns / 1000000000),
				       .tv_nsec = (long)(ns % 1000000000)};
	long error;
	do
		error = raw_own(SYS_futex, (long)&last_thread, FUTEX_WAIT_BITSET_PRIVATE, last,
				(long)&until, 0, (long)FUTEX_BITSET_MATCH_ANY);
	while (error == -EINTR);
	if (error == -ETIMEDOUT)
		resume_after(last);
	return error != -ENOSYS;
}

void recording_wait_for_end(void)
{
	/* Meanwhile another end may have begun. */
	int32_t last;
	while (!recording_state.recording && (last = thread_that_ends()) && wait_for(last))
		;
}

void recording_start(void)
{
	/* Last: what is killed before it has not come to a line of its own, and leaves no record.
	 */
	uint64_t magic;
	memcpy(&magic, REGION_MAGIC, sizeof(magic));
	__atomic_store_n((uint64_t *)live.region->magic, magic, __ATOMIC_RELEASE);
	recording_state.ours = 1;
	last_thread = 0;
	static uint32_t records;
	__atomic_store_n(&recording_state.recording, ++records, __ATOMIC_RELEASE);
}

void recording_stop(void)
{
	recording_state.ours = 1;
	__atomic_store_n(&recording_state.recording, 0, __ATOMIC_RELEASE);
}

bool recording_after_all(void)
{
	if (recording_state.ours) {
		recording_wait_for_end();
		return recording_state.recording;
	}
	recording_absent();
	return recording_state.recording;
}

void recording_stop_others(void)
{
	int32_t tid = (int32_t)raw_gettid();
	if (tid <= 0)
		return;
	stopped = recording_state.recording;
	__atomic_store_n(&last_thread, tid, __ATOMIC_RELEASE);
	recording_stop();
}

void recording_resume_others(void)
{
	resume_after(__atomic_load_n(&last_thread, __ATOMIC_ACQUIRE));
}
