/*
 * dispatch_interrupted.c - calls that a signal interrupts: begun again where that was asked for, else EINTR.
 *
 * SEEN read: calls=2 returned=1 errors=1
 * SEEN write: calls=2+4+1 returned=2*1+4*1+6
 */
#include "raw.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static int ends[2], null;

static void handler(int signal)
{
	RAW(SYS_write, null, "x", 1);
}

/* A child that sends a signal to its parent, and writes a byte or not. */
static pid_t sends(int signal, int writes)
{
	pid_t pid = must(fork());
	if (pid)
		return pid;
	usleep(50000);
	kill(getppid(), signal);
	usleep(50000);
	if (writes)
		RAW(SYS_write, ends[1], "y", 1);
	RAW(SYS_exit_group, 0);
	__builtin_trap();
}

static void ended(pid_t pid, int wanted)
{
	int status;
	long got;
	while ((got = RAW(SYS_wait4, pid, &status, 0, NULL)) == -EINTR)
		;
	gives(got, pid);
	gives(status, wanted);
}

static void handle(int flags)
{
	must(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handler, .sa_flags = flags},
		       NULL));
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(void)
{
	char byte;
	pid_t pid;
	struct timespec wait = {.tv_sec = 5}, left, short_wait = {.tv_nsec = 300000000};
	must(pipe(ends));
	null = must(open("/dev/null", O_WRONLY));

	handle(0);
	pid = sends(SIGUSR1, 0);
	gives(RAW(SYS_read, ends[0], &byte, 1), -EINTR);
	ended(pid, 0);

	handle(SA_RESTART);
	pid = sends(SIGUSR1, 1);
	gives(RAW(SYS_read, ends[0], &byte, 1), 1);
	gives(byte, 'y');
	ended(pid, 0);

	/* These are never begun again after a handler. */
	pid = sends(SIGUSR1, 0);
	struct pollfd poll = {.fd = ends[0], .events = POLLIN};
	gives(RAW(SYS_poll, &poll, 1, 5000), -EINTR);
	ended(pid, 0);
	pid = sends(SIGUSR1, 1);
	gives(RAW(SYS_nanosleep, &wait, &left), -EINTR);
	gives(left.tv_sec, 4);
	ended(pid, 0);

	/* Stopped and continued in mid-call: it goes on where it was, as long as it was to take. */
	pid = must(fork());
	if (!pid) {
		double start = now();
		gives(RAW(SYS_nanosleep, &short_wait, &left), 0);
		gives(now() - start >= 0.3 && now() - start < 1.5, 1);
		RAW(SYS_exit_group, 3);
	}
	usleep(100000);
	must(kill(pid, SIGSTOP));
	int status;
	gives(waitpid(pid, &status, WUNTRACED), pid);
	gives(WIFSTOPPED(status), 1);
	must(kill(pid, SIGCONT));
	ended(pid, 3 << 8);

	/* Killed in mid-call. */
	pid = must(fork());
	if (!pid) {
		RAW(SYS_pause);
		RAW(SYS_exit_group, 4);
	}
	usleep(50000);
	must(kill(pid, SIGKILL));
	ended(pid, SIGKILL);
	gives(RAW(SYS_write, 1, "ended\n", 6), 6);
	return 0;
}
