/*
 * urgent.c - the functions by which a program waits for SIGURG: it gets none of ours.
 */
#include "memory/urgent.h"

#include "wrap/wrapper.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>

#define PASSED_ON(type, name, parameters, arguments, before)                                       \
	REAL(type, name, parameters, arguments)                                                    \
	type wrap_##name parameters;                                                               \
	type wrap_##name parameters                                                                \
	{                                                                                          \
		before;                                                                            \
		return real_##name arguments;                                                      \
	}

PASSED_ON(int, sigwait, (const sigset_t *set, int *signal), (set, signal), urgent_awaited(set))
PASSED_ON(int, sigwaitinfo, (const sigset_t *set, siginfo_t *info), (set, info),
	  urgent_awaited(set))
PASSED_ON(int, sigtimedwait, (const sigset_t *set, siginfo_t *info, const struct timespec *time),
	  (set, info, time), urgent_awaited(set))
/* Of another thread's nothing can be taken away: what is sent to one that blocks it may be lost. */
PASSED_ON(int, raise, (int signal), (signal), urgent_sent(signal))
PASSED_ON(int, gsignal, (int signal), (signal), urgent_sent(signal))
PASSED_ON(int, pthread_kill, (pthread_t thread, int signal), (thread, signal), urgent_sent(signal))
PASSED_ON(int, sigpending, (sigset_t * set), (set), urgent_discard())
PASSED_ON(int, sigsuspend, (const sigset_t *mask), (mask), urgent_let_through(mask))
PASSED_ON(int, __sigsuspend, (const sigset_t *mask), (mask), urgent_let_through(mask))
PASSED_ON(int, ppoll,
	  (struct pollfd * fds, nfds_t n, const struct timespec *time, const sigset_t *mask),
	  (fds, n, time, mask), urgent_let_through(mask))
PASSED_ON(int, __ppoll_chk,
	  (struct pollfd * fds, nfds_t n, const struct timespec *time, const sigset_t *mask,
	   size_t room),
	  (fds, n, time, mask, room), urgent_let_through(mask))
PASSED_ON(int, pselect,
	  (int n, fd_set *in, fd_set *out, fd_set *urgent, const struct timespec *time,
	   const sigset_t *mask),
	  (n, in, out, urgent, time, mask), urgent_let_through(mask))
PASSED_ON(int, epoll_pwait,
	  (int fd, struct epoll_event *events, int most, int ms, const sigset_t *mask),
	  (fd, events, most, ms, mask), urgent_let_through(mask))
PASSED_ON(int, epoll_pwait2,
	  (int fd, struct epoll_event *events, int most, const struct timespec *time,
	   const sigset_t *mask),
	  (fd, events, most, time, mask), urgent_let_through(mask))

REAL(int, signalfd, (int fd, const sigset_t *mask, int flags), (fd, mask, flags))
int wrap_signalfd(int fd, const sigset_t *mask, int flags);

int wrap_signalfd(int fd, const sigset_t *mask, int flags)
{
	urgent_awaited_by_all(mask);
	WRAPPED(signalfd, int, real_signalfd(fd, mask, flags), NO_OBJECT, opened(s, r));
}
