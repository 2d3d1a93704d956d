/*
 * dispatch_masks.c - every call that takes a set of signals, with SIGSYS in it.
 *
 * SEEN write: calls=10 returned=10*3
 */
#include "raw.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <ucontext.h>

static volatile int came;
static sigset_t all_but_alarm, edited;

static void handler(int signal)
{
	came++;
	gives(RAW(SYS_write, 1, "in\n", 3), 3);
}

/* The kernel blocks what the frame says when the handler returns. */
static void editing_handler(int signal, siginfo_t *info, void *context)
{
	came++;
	((ucontext_t *)context)->uc_sigmask = edited;
}

static void *send_alarm(void *thread)
{
	usleep(20000);
	pthread_kill(*(pthread_t *)thread, SIGALRM);
	return NULL;
}

/* Runs a call that SIGALRM is to interrupt. */
#define interrupted(call)                                                                          \
	do {                                                                                       \
		pthread_t sender, self_ = pthread_self();                                          \
		gives(pthread_create(&sender, NULL, send_alarm, &self_), 0);                       \
		gives(call, -EINTR);                                                               \
		gives(pthread_join(sender, NULL), 0);                                              \
		gives(blocked(), 0);                                                               \
	} while (0)

static int blocked(void)
{
	sigset_t now;
	gives(RAW(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &now, 8), 0);
	return sigismember(&now, SIGSYS) + 2 * sigismember(&now, SIGUSR1);
}

int main(void)
{
	sigset_t all, only, before;
	struct sigaction action = {.sa_handler = handler}, now;
	struct {
		sigset_t *set;
		size_t bytes;
	} pair = {&all_but_alarm, 8};
	int epoll = must(epoll_create1(0)), ends[2];
	struct epoll_event event;
	must(pipe(ends));
	struct pollfd poll = {.fd = ends[0], .events = POLLIN};
	fd_set set;

	sigfillset(&all);
	sigfillset(&all_but_alarm);
	sigdelset(&all_but_alarm, SIGALRM);
	sigemptyset(&only);
	sigaddset(&only, SIGSYS);

	/* The mask, by libc and by a call of the program's own. */
	must(sigprocmask(SIG_SETMASK, &all, NULL));
	gives(RAW(SYS_write, 1, "ok\n", 3), 3);
	gives(blocked(), 3);
	gives(RAW(SYS_rt_sigprocmask, SIG_UNBLOCK, &only, &before, 8), 0);
	gives(sigismember(&before, SIGSYS), 1);
	gives(sigismember(&before, SIGKILL), 0);
	gives(blocked(), 2);
	gives(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &only, &only, 8), 0); /* in and out one place */
	gives(sigismember(&only, SIGSYS), 0);
	gives(sigismember(&only, SIGUSR1), 1);
	gives(blocked(), 3);
	sigemptyset(&only);
	gives(RAW(SYS_rt_sigprocmask, SIG_SETMASK, &only, NULL, 8), 0);
	gives(blocked(), 0);
	gives(RAW(SYS_rt_sigprocmask, SIG_SETMASK, 8, NULL, 8), -EFAULT);
	gives(RAW(SYS_rt_sigprocmask, SIG_SETMASK, NULL, 8, 8), -EFAULT);
	gives(RAW(SYS_rt_sigprocmask, 77, &only, NULL, 8), -EINVAL);
	gives(RAW(SYS_rt_sigprocmask, SIG_SETMASK, &only, NULL, 4), -EINVAL);
	gives(blocked(), 0);

	/* A handler during which it is blocked. */
	action.sa_mask = all;
	must(sigaction(SIGALRM, &action, NULL));
	must(sigaction(SIGALRM, NULL, &now));
	gives(sigismember(&now.sa_mask, SIGSYS), 1);
	must(raise(SIGALRM));
	gives(came, 1);
	gives(blocked(), 0);

	/* Calls that block it while they wait. */
	interrupted(RAW(SYS_rt_sigsuspend, &all_but_alarm, 8));
	interrupted(RAW(SYS_ppoll, &poll, 1, NULL, &all_but_alarm, 8));
	interrupted(RAW(SYS_epoll_pwait, epoll, &event, 1, -1, &all_but_alarm, 8));
	interrupted(RAW(SYS_epoll_pwait2, epoll, &event, 1, NULL, &all_but_alarm, 8));
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	interrupted(RAW(SYS_pselect6, ends[0] + 1, &set, NULL, NULL, NULL, &pair));
	interrupted(RAW(SYS_pause));
	gives(came, 7);
	gives(RAW(SYS_ppoll, &poll, 1, NULL, 8, 8), -EFAULT);
	gives(RAW(SYS_pselect6, 0, NULL, NULL, NULL, NULL, 8), -EFAULT);

	/* What a handler writes into its frame is what is blocked afterwards. */
	edited = all;
	action = (struct sigaction){.sa_sigaction = editing_handler, .sa_flags = SA_SIGINFO};
	must(sigaction(SIGALRM, &action, NULL));
	must(raise(SIGALRM));
	gives(RAW(SYS_write, 1, "ok\n", 3), 3);
	gives(blocked(), 3);
	must(sigprocmask(SIG_SETMASK, &only, NULL));
	sigaddset(&edited, SIGUSR1);
	sigemptyset(&edited);
	sigaddset(&edited, SIGUSR1);
	struct itimerval soon = {.it_value = {.tv_usec = 20000}};
	must(setitimer(ITIMER_REAL, &soon, NULL));
	gives(RAW(SYS_pause), -EINTR);
	gives(blocked(), 2);
	gives(RAW(SYS_write, 1, "ok\n", 3), 3);
	gives(came, 9);
	return 0;
}
