/*
 * urgent_signals.c - uses SIGURG for itself in every way there is, and takes a page fault thousands
 * of times between: what it sees is what it would see alone.
 */
#include "must.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#define PAGE 4096l

extern char **environ;

static volatile int handled, last_code;

static void takes_faults(int n)
{
	char *at = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(at, n * PAGE, MADV_NOHUGEPAGE);
	for (long i = 0; i < n; i++)
		at[i * PAGE] = 1;
	munmap(at, n * PAGE);
}

static void handler(int signal, siginfo_t *info, void *context)
{
	handled++;
	last_code = info->si_code;
}

static sigset_t urgent(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	return set;
}

static void is_default(void)
{
	struct sigaction action;
	must(sigaction(SIGURG, NULL, &action));
	gives(action.sa_handler == SIG_DFL, 1);
	gives(action.sa_flags, 0);
	takes_faults(1000);
	gives(raise(SIGURG), 0);
	puts("is ignored by default");
}

static void is_handled(int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags}, old;
	sigaddset(&action.sa_mask, SIGUSR2);
	must(sigaction(SIGURG, &action, &old));
	gives(old.sa_handler == SIG_DFL, 1);
	handled = 0;
	takes_faults(3000);
	gives(handled, 0);
	gives(raise(SIGURG), 0);
	gives(handled, 1);
	gives(last_code, SI_TKILL);
	must(sigaction(SIGURG, NULL, &old));
	gives(old.sa_sigaction == (flags & (int)SA_RESETHAND ? (void *)SIG_DFL : handler), 1);
	if (!(flags & (int)SA_RESETHAND)) {
		gives(old.sa_flags & ~0x04000000, SA_SIGINFO | flags); /* SA_RESTORER */
		gives(sigismember(&old.sa_mask, SIGUSR2), 1);
	}
	takes_faults(1000);
	gives(handled, 1);
	gives(signal(SIGURG, SIG_DFL) == (flags & (int)SA_RESETHAND ? SIG_DFL : (void *)handler),
	      1);
	puts("is handled");
}

static void is_blocked(void)
{
	sigset_t set = urgent(), pending;
	must(sigprocmask(SIG_BLOCK, &set, NULL));
	takes_faults(1000);
	must(sigpending(&pending));
	gives(sigismember(&pending, SIGURG), 0);
	takes_faults(1000);
	gives(raise(SIGURG), 0);
	must(sigpending(&pending));
	gives(sigismember(&pending, SIGURG), 1);
	must(sigprocmask(SIG_UNBLOCK, &set, NULL));
	puts("is blocked");
}

static void ends_no_wait(void)
{
	sigset_t set = urgent(), none;
	struct timespec shortly = {.tv_nsec = 1000000};
	sigemptyset(&none);
	signal(SIGURG, (void (*)(int))handler);
	must(sigprocmask(SIG_BLOCK, &set, NULL));
	takes_faults(1000);
	gives(ppoll(NULL, 0, &shortly, &none), 0);
	takes_faults(1000);
	gives(pselect(0, NULL, NULL, NULL, &shortly, &none), 0);
	must(sigprocmask(SIG_UNBLOCK, &set, NULL));
	signal(SIGURG, SIG_DFL);
	puts("ends no wait");
}

static void is_waited_for(void)
{
	sigset_t all;
	siginfo_t info;
	struct timespec shortly = {.tv_nsec = 1000000};
	sigfillset(&all);
	must(pthread_sigmask(SIG_BLOCK, &all, NULL));
	takes_faults(1000);
	gives(sigtimedwait(&all, &info, &shortly), -1);
	gives(errno, EAGAIN);
	gives(pthread_kill(pthread_self(), SIGURG), 0);
	gives(sigwaitinfo(&all, &info), SIGURG);
	gives(info.si_code, SI_USER);
	takes_faults(1000);
	gives(sigtimedwait(&all, &info, &shortly), -1);
	must(pthread_sigmask(SIG_UNBLOCK, &all, NULL));
	puts("is waited for");
}

static void *waits(void *unused)
{
	is_waited_for();
	return unused;
}

static void is_read(void)
{
	struct signalfd_siginfo info;
	sigset_t set = urgent();
	must(sigprocmask(SIG_BLOCK, &set, NULL));
	takes_faults(1000);
	int fd = must(signalfd(-1, &set, SFD_NONBLOCK));
	takes_faults(1000);
	gives(read(fd, &info, sizeof(info)), -1);
	gives(raise(SIGURG), 0);
	gives(read(fd, &info, sizeof(info)), sizeof(info));
	gives(close(fd), 0);
	must(sigprocmask(SIG_UNBLOCK, &set, NULL));
	puts("is read");
}

static int grep_own(const char *field)
{
	char command[80];
	snprintf(command, sizeof(command), "grep -o '^%s.*' /proc/self/status", field);
	fflush(stdout);
	return system(command);
}

static void is_ignored(void)
{
	struct sigaction action;
	signal(SIGURG, SIG_IGN);
	takes_faults(1000);
	must(sigaction(SIGURG, NULL, &action));
	gives(action.sa_handler == SIG_IGN, 1);
	/* Executed programs inherit it, and nothing else. */
	gives(grep_own("SigIgn"), 0);
	signal(SIGURG, SIG_DFL);
	gives(grep_own("SigIgn"), 0);
	gives(grep_own("SigBlk"), 0);
	puts("is ignored");
}

static void in_children(void)
{
	char *words[] = {"true", NULL};
	int status;
	pid_t child;
	posix_spawnattr_t attributes;
	sigset_t set = urgent();
	signal(SIGURG, (void (*)(int))handler);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &set);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	gives(posix_spawn(&child, "/bin/true", NULL, &attributes, words, environ), 0);
	gives(waitpid(child, &status, 0), child);
	handled = 0;
	takes_faults(1000);
	gives(raise(SIGURG), 0);
	gives(handled, 1);
	child = must(fork());
	if (!child) {
		takes_faults(1000);
		gives(handled, 1);
		gives(raise(SIGURG), 0);
		gives(handled, 2);
		_exit(0);
	}
	gives(waitpid(child, &status, 0), child);
	gives(status, 0);
	puts("is handled in children");
}

int main(void)
{
	pthread_t thread;
	is_default();
	is_handled(0);
	is_handled(SA_RESTART | SA_NODEFER);
	is_handled((int)SA_RESETHAND);
	is_blocked();
	ends_no_wait();
	is_ignored();
	in_children();
	gives(pthread_create(&thread, NULL, waits, NULL), 0);
	gives(pthread_join(thread, NULL), 0);
	is_read();
	takes_faults(5000);
	is_waited_for();
	return 0;
}
