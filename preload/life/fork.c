/*
 * fork.c - fork, _Fork, daemon, and the counting part of vfork: keeps parent's and child's records
 * apart.
 */
#include "life/fork.h"

#include "life/process.h"
#include "memory/faults.h"
#include "memory/forks.h"
#include "region/recording.h"
#include "span/unwinder.h"
#include "wrap/wrapper.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

REAL(pid_t, fork, (void), ())
REAL(pid_t, _Fork, (void), ())
REAL(int, daemon, (int stay, int keep_open), (stay, keep_open))

pid_t wrap_fork(void);
pid_t wrap__Fork(void);
int wrap_daemon(int stay, int keep_open);
void *vfork_entered(uintptr_t frame);

/* Set while this thread is in daemon(), whose parent ends inside libc as soon as it has forked. */
static __thread bool in_daemon;

static void prepare(void)
{
	unwinder_pause();
	faults_drain();
	forks_prepare();
}

static void parent(void)
{
	forks_made();
	unwinder_resume();
	if (in_daemon)
		process_end(ENDING_IMMEDIATE_EXIT, 0);
}

static void forked(void)
{
	process_begin_forked();
}

void fork_watch(void)
{
	/*
	 * Handlers after the fork run in the order of registration, those before it in the
	 * reverse: ours, early, are the closest to it.
	 */
	pthread_atfork(prepare, parent, forked);
	real_fork = real_find("fork");
	real__Fork = real_find("_Fork");
}

/*
 * The child returns into a record that is new: nothing of the span is left,
 * and its counters would be written over something else.
 */
static pid_t counted_fork(enum call call, pid_t (*fork_function)(void), uintptr_t caller,
			  uintptr_t frame)
{
	struct span span;
	if (!span_enter(frame))
		return fork_function();
	span_begin(&span, call, NO_OBJECT, NO_OBJECT, caller, frame);
	pid_t pid = fork_function();
	if (pid != 0)
		forks_returned(pid);
	if (pid != 0 && span.cell) {
		span_returned(&span);
		plain(&span, pid);
		span_end(&span);
	}
	return pid;
}

pid_t wrap_fork(void)
{
	return counted_fork(CALL_fork, real_fork, CALLER, FRAME);
}

pid_t wrap__Fork(void)
{
	prepare();
	pid_t pid = counted_fork(CALL__Fork, real__Fork, CALLER, FRAME);
	/* It runs no handlers, by design (POSIX's async-signal-safe fork). */
	if (pid == 0) {
		process_begin_forked();
		return pid;
	}
	forks_made();
	forks_returned(pid);
	unwinder_resume();
	return pid;
}

/* Who returns is the child, or where the fork failed the process itself, whose record goes on. */
int wrap_daemon(int stay, int keep_open)
{
	int32_t before = recording_on() ? live.region->pid : 0;
	if (span_enter(FRAME))
		span_count(CALL_daemon, NO_OBJECT, 0, FRAME);
	in_daemon = true;
	int r = real_daemon(stay, keep_open);
	in_daemon = false;
	if (r < 0 && process_is_ours() && live.region->pid == before) {
		int saved = errno;
		process_end_undone();
		errno = saved;
	}
	return r;
}

/* Counts a vfork and returns the real one, to which vfork.S jumps. */
void *vfork_entered(uintptr_t frame)
{
	static void *real_vfork;
	if (!real_vfork)
		real_vfork = real_find("vfork");
	if (span_enter(frame))
		span_count(CALL_vfork, NO_OBJECT, 0, frame);
	return real_vfork;
}
