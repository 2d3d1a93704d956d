/*
 * run.c - runs a command as if nobody were between it and the caller.
 */
#include "run.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

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

/*
 * Signals are waited for instead of handled. One that the terminal or the
 * kernel sends goes to the command as well, since it is in our process group;
 * one that was sent to us alone, by kill(), is passed on.
 */
static int wait_for(pid_t pid, const sigset_t *signals)
{
	siginfo_t info;
	int status;

	for (;;) {
		pid_t done = waitpid(pid, &status, WNOHANG);
		if (done == pid)
			return status;
		if (done < 0 && errno != EINTR)
			return 0;
		if (sigwaitinfo(signals, &info) > 0 && info.si_signo != SIGCHLD &&
		    info.si_code <= 0)
			kill(pid, info.si_signo);
	}
}

int run_command(const char *path, char **argv, char **environment, struct outcome *outcome)
{
	struct sigaction plain = {.sa_handler = SIG_DFL}, old_child;
	sigset_t signals, old_mask;
	int errors[2];

	*outcome = (struct outcome){0};
	if (pipe2(errors, O_CLOEXEC))
		return -1;
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(*passed_on); i++)
		sigaddset(&signals, passed_on[i]);
	/* Where SIGCHLD is ignored, the status of a child is thrown away. */
	sigaction(SIGCHLD, &plain, &old_child);
	sigprocmask(SIG_BLOCK, &signals, &old_mask);

	pid_t pid = fork();
	if (!pid) {
		sigaction(SIGCHLD, &old_child, NULL);
		sigprocmask(SIG_SETMASK, &old_mask, NULL);
		become(path, argv, environment, errors[1]);
	}
	close(errors[1]);
	if (pid > 0) {
		outcome->pid = pid;
		if (read(errors[0], &outcome->error, sizeof(outcome->error)) <= 0)
			outcome->error = 0;
		outcome->wait_status = wait_for(pid, &signals);
	}
	close(errors[0]);
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
	sigaction(SIGCHLD, &old_child, NULL);
	return pid > 0 ? 0 : -1;
}
