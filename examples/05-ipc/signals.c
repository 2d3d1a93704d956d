/*
 * signals.c - signals with a value: one int each, so as many signals as there are pieces carry
 * their numbers alone. They queue, in order, and are read from a descriptor.
 */
#include "ipc.h"

#include <signal.h>
#include <sys/signalfd.h>

static int received;

/* Blocked before the child can send one: a signal that isn't would end the program. */
static void make(const char *path)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	received = signalfd(-1, &signals, SFD_CLOEXEC);
	if (received < 0)
		err(1, "signalfd");
	if (path)
		leave_number(path, getpid());
}

static void produce(const char *path)
{
	pid_t consumer = path ? number_at(path) : getppid();

	for (int i = 0; i < PIECES; i++)
		if (sigqueue(consumer, SIGRTMIN, (union sigval){.sival_int = i}))
			err(1, "sigqueue");
}

static void consume(const char *path)
{
	struct signalfd_siginfo info;

	for (int i = 0; i < PIECES; i++) {
		if (read(received, &info, sizeof(info)) != sizeof(info))
			err(1, "read");
		if (info.ssi_int != i)
			errx(1, "signal %d has the value %d", i, info.ssi_int);
	}
}

const struct mechanism by_signals = {
    .name = "signals",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
