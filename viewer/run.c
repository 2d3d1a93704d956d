/*
 * run.c - runs a command as if nobody were between it and the caller.
 */
#include "run.h"

#include "lookout.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool is_elf(const char *path)
{
	char magic[SELFMAG];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool elf =
	    fd >= 0 && read(fd, magic, SELFMAG) == SELFMAG && !memcmp(magic, ELFMAG, SELFMAG);

	if (fd >= 0)
		close(fd);
	return elf;
}

/* As a shell does it: what the kernel doesn't know is a script, unless it is a broken program. */
static void execute(const char *path, char **argv, char **environment)
{
	size_t count = 0;

	execve(path, argv, environment);
	if (errno != ENOEXEC)
		return;
	if (is_elf(path)) {
		errno = ENOEXEC;
		return;
	}
	while (argv[count])
		count++;
	char *shell[count + 2];
	shell[0] = "sh";
	shell[1] = (char *)path;
	for (size_t i = 1; i <= count; i++)
		shell[i + 1] = argv[i];
	execve("/bin/sh", shell, environment);
}

static _Noreturn void become(const char *path, char **argv, char **environment, int errors)
{
	execute(path, argv, environment);
	int error = errno;
	(void)!write(errors, &error, sizeof(error));
	_exit(127);
}

/* Not those by which the kernel tells us of our own mistakes. */
static void all_but_faults(sigset_t *signals)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};

	sigfillset(signals);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigdelset(signals, faults[i]);
}

/*
 * What the command has stopped for, we stop for, so that the shell sees a
 * stopped job; not before it has, since it may catch or ignore what the
 * terminal sends. Returns when we go on, SIGCONT still pending.
 */
static void stop_as_well(int number)
{
	struct sigaction plain = {.sa_handler = SIG_DFL}, before = plain;
	sigset_t signal;

	sigemptyset(&signal);
	sigaddset(&signal, number);
	sigaction(number, &plain, &before);
	kill(getpid(), number);
	sigprocmask(SIG_UNBLOCK, &signal, NULL);
	sigprocmask(SIG_BLOCK, &signal, NULL);
	sigaction(number, &before, NULL);
}

/*
 * What the terminal or the kernel sends goes to the command as well, since it
 * is in our process group, and so does what somebody sends to the group. The
 * rest was meant for the command by who knows only us.
 */
static void pass_on(pid_t pid, const siginfo_t *info, const struct lookout *lookout)
{
	if (info->si_signo == SIGCHLD || info->si_code > 0)
		return;
	if (lookout_has(lookout, info->si_signo))
		return;
	if (info->si_code == SI_QUEUE)
		sigqueue(pid, info->si_signo, info->si_value);
	else
		kill(pid, info->si_signo);
}

/* Signals are waited for instead of handled. */
static void wait_for(struct outcome *outcome, const sigset_t *signals,
		     const struct lookout *lookout)
{
	siginfo_t info;
	int status;

	for (;;) {
		pid_t done = wait4(outcome->pid, &status, WNOHANG | WUNTRACED, &outcome->usage);
		if (done == outcome->pid && WIFSTOPPED(status)) {
			stop_as_well(WSTOPSIG(status));
			continue;
		}
		if (done == outcome->pid)
			outcome->wait_status = status;
		if (done == outcome->pid || (done < 0 && errno != EINTR))
			return;
		if (sigwaitinfo(signals, &info) > 0)
			pass_on(outcome->pid, &info, lookout);
	}
}

/* Who is at the other end must see it when the command closes its own: all but `kept` and stderr.
 */
static void let_go_of_files(int kept)
{
	int nothing = open("/dev/null", O_RDWR);

	if (nothing < 0)
		return;
	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	if (kept > STDERR_FILENO + 1)
		syscall(SYS_close_range, STDERR_FILENO + 1, kept - 1, 0);
	syscall(SYS_close_range, kept < 0 ? STDERR_FILENO + 1 : kept + 1, ~0u, 0);
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The child of the two. */
static pid_t start(const char *path, char **argv, char **environment, const sigset_t *mask,
		   const struct sigaction *child_action, int *error)
{
	int errors[2];

	if (pipe2(errors, O_CLOEXEC))
		return -1;
	pid_t pid = fork();
	if (!pid) {
		sigaction(SIGCHLD, child_action, NULL);
		sigprocmask(SIG_SETMASK, mask, NULL);
		become(path, argv, environment, errors[1]);
	}
	close(errors[1]);
	if (pid < 0 || read(errors[0], error, sizeof(*error)) <= 0)
		*error = 0;
	close(errors[0]);
	return pid;
}

int run_command(const char *path, char **argv, char **environment, struct outcome *outcome)
{
	struct sigaction plain = {.sa_handler = SIG_DFL}, old_child;
	sigset_t signals, old_mask;
	struct lookout lookout;

	*outcome = (struct outcome){0};
	all_but_faults(&signals);
	/* Where SIGCHLD is ignored, the status of a child is thrown away. */
	sigaction(SIGCHLD, &plain, &old_child);
	sigprocmask(SIG_BLOCK, &signals, &old_mask);
	lookout_post(&lookout);
	outcome->start_ns = now_ns(CLOCK_REALTIME);
	uint64_t begin = now_ns(CLOCK_MONOTONIC);
	outcome->pid = start(path, argv, environment, &old_mask, &old_child, &outcome->error);
	if (outcome->pid > 0) {
		let_go_of_files(lookout.link);
		wait_for(outcome, &signals, &lookout);
	}
	outcome->wall_ns = now_ns(CLOCK_MONOTONIC) - begin;
	lookout_dismiss(&lookout);
	sigaction(SIGCHLD, &old_child, NULL);
	/* What is left to do must not be torn by who is impatient; SIGQUIT ends it. */
	sigaddset(&old_mask, SIGINT);
	sigaddset(&old_mask, SIGTERM);
	sigaddset(&old_mask, SIGHUP);
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
	return outcome->pid > 0 ? 0 : -1;
}
