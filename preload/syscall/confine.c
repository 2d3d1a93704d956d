/*
 * confine.c - the program takes system calls, or the clock, away from itself: and so from us.
 *
 * A call of ours that its filter forbids might end it. A filter that we see is
 * asked before each (abi/filter.h); what it forbids then fails as it would in
 * any sandbox. In strict mode, and where reading the time stamp counter raises
 * a signal, nothing can be recorded any more.
 */
#include "syscall/confine.h"

#include "abi/filter.h"
#include "abi/raw.h"
#include "region/live.h"
#include "region/recording.h"
#include "region/notice.h"

#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static bool clock_given_up; /* for good, and in forked children too */

#define READY_BYTES (1ul << 20) /* of the region, for when it can't grow any more */

static bool sets_filter(const struct call_frame *frame)
{
	const long *a = frame->a;
	return frame->nr == SYS_seccomp ? a[0] == SECCOMP_SET_MODE_FILTER
					: a[0] == PR_SET_SECCOMP && a[1] == SECCOMP_MODE_FILTER;
}

/* Of a thread that can't have it the kernel returns the number: seccomp(2),
 * SECCOMP_FILTER_FLAG_TSYNC. */
static bool is_refused(const struct call_frame *frame, long r)
{
	const long flags = frame->nr == SYS_seccomp ? frame->a[1] : 0;
	return r < 0 || (r > 0 && flags & SECCOMP_FILTER_FLAG_TSYNC &&
			 !(flags & SECCOMP_FILTER_FLAG_NEW_LISTENER));
}

/* Linux turns the counter off in strict mode too: kernel/seccomp.c, seccomp_set_mode_strict(). */
static bool stops_clock(const struct call_frame *frame)
{
	const long *a = frame->a;
	if (frame->nr == SYS_seccomp)
		return a[0] == SECCOMP_SET_MODE_STRICT && !a[1] && !a[2];
	return (a[0] == PR_SET_SECCOMP && a[1] == SECCOMP_MODE_STRICT) ||
	       (a[0] == PR_SET_TSC && a[1] == PR_TSC_SIGSEGV);
}

#define CREATES (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

struct own_call {
	int nr;
	long a, b, c, d;
};

/* What the end of a record takes. */
static const struct own_call to_end[] = {
    {SYS_getpid}, {SYS_openat, AT_FDCWD, 0, CREATES, 0600}, {SYS_write, 3}, {SYS_close, 3},
    {SYS_unlink},
};

/* What else we call, in most programs, as a record begins and while it lasts. */
static const struct own_call to_record[] = {
    {SYS_openat, AT_FDCWD, 0, O_RDWR | CREATES, 0600},
    {SYS_ftruncate, 3},
    {SYS_fallocate, 3},
    {SYS_fchmod, 3, 0600},
    {SYS_symlink},
    {SYS_unlink},
    {SYS_readlink},
    {SYS_fstat, 3},
    {SYS_newfstatat, AT_FDCWD},
    {SYS_statfs},
    {SYS_fstatfs, 3},
    {SYS_read, 3},
    {SYS_pread64, 3},
    {SYS_lseek, 3},
    {SYS_getdents64, 3},
    {SYS_fcntl, 3, F_GETFL},
    {SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED},
    {SYS_munmap},
    {SYS_madvise},
    {SYS_mincore},
    {SYS_mprotect, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC},
    {SYS_membarrier},
    {SYS_getcwd},
    {SYS_uname},
    {SYS_getppid},
    {SYS_gettid},
    {SYS_tgkill},
    {SYS_prlimit64},
    {SYS_getrusage},
    {SYS_rt_sigprocmask},
    {SYS_rt_sigaction},
    {SYS_rt_sigtimedwait},
    {SYS_sigaltstack},
    {SYS_nanosleep},
    {SYS_getsockopt, 3},
    {SYS_getsockname, 3},
    {SYS_getpeername, 3},
};

static enum filter_verdict worst_of(const struct filter *filter, const struct own_call *calls,
				    size_t count)
{
	enum filter_verdict worst = FILTER_PASSES;
	for (const struct own_call *call = calls; call < calls + count; call++) {
		enum filter_verdict one =
		    filter_verdict(filter, call->nr, call->a, call->b, call->c, call->d);
		worst = one > worst ? one : worst;
	}
	return worst;
}

#define WORST_OF(filter, calls) worst_of(filter, calls, sizeof(calls) / sizeof(*(calls)))

bool confine_endangers(void)
{
	return filter_last && (WORST_OF(NULL, to_record) == FILTER_ENDANGERS ||
			       WORST_OF(NULL, to_end) == FILTER_ENDANGERS);
}

static void tell_once(const char *what)
{
	static uint32_t told;
	if (!__atomic_exchange_n(&told, 1, __ATOMIC_ACQ_REL))
		notice(what, NULL, 0, "the live region stays: copytrace recover makes the trace");
}

/* While there is nothing that forbids it. */
static void prepare_for(struct call_frame *frame)
{
	struct filter *filter = filter_copy((const struct sock_fprog *)frame->a[2]);
	stack_t alternate;
	struct moment now;
	frame->given = (long)filter;
	if (RAW_2(SYS_sigaltstack, NULL, &alternate) == 0 && !(alternate.ss_flags & SS_DISABLE))
		span_settings.alternate_stacks = true;
	if (!recording_state.recording)
		return;
	live_back_ahead(READY_BYTES);
	/* For the rate of ticks, if that can't be asked any more. */
	live_moment(&now);
	if (filter && WORST_OF(filter, to_end) != FILTER_PASSES)
		tell_once("the program's seccomp filter forbids to write its trace, and to record "
			  "what it forks or executes");
}

static void stop(struct call_frame *frame)
{
	struct moment now;
	live_moment(&now);
	frame->given = true;
	tell_once("recording stops, for the program gives up the clock, as in strict seccomp mode");
	recording_stop();
}

void confine_enter(struct call_frame *frame)
{
	frame->given = 0;
	if (sets_filter(frame))
		prepare_for(frame);
	else if (recording_state.recording && stops_clock(frame))
		stop(frame);
}

bool confine_gave_up_clock(void)
{
	return clock_given_up;
}

static void stopped(bool refused)
{
	if (refused)
		recording_start();
	else
		clock_given_up = true;
}

void confine_exit(struct call_frame *frame, long r)
{
	struct filter *filter = (struct filter *)frame->given;
	if (sets_filter(frame) && is_refused(frame, r))
		filter_drop(filter);
	else if (sets_filter(frame))
		filter_add(filter);
	else if (frame->given)
		stopped(r < 0);
}
