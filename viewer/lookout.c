/*
 * lookout.c - tells a signal that was sent to one process from one that its whole group got.
 */
#include "lookout.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Forgets each signal that it is told, until nobody is there to tell. It holds nothing else open.
 */
static _Noreturn void keep_watch(int link)
{
	const struct timespec now = {0};
	unsigned char number;
	sigset_t signals;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigfillset(&signals);
	sigprocmask(SIG_SETMASK, &signals, NULL);
	dup2(link, STDIN_FILENO);
	syscall(SYS_close_range, STDIN_FILENO + 1, ~0u, 0);
	while (read(STDIN_FILENO, &number, 1) == 1) {
		sigemptyset(&signals);
		sigaddset(&signals, number);
		while (sigtimedwait(&signals, NULL, &now) > 0)
			;
		if (write(STDIN_FILENO, &number, 1) != 1)
			break;
	}
	_exit(0);
}

void lookout_post(struct lookout *lookout)
{
	int ends[2];

	*lookout = (struct lookout){.pid = -1, .link = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return;
	/* Not in the place of a standard file that the caller has closed. */
	lookout->link = fcntl(ends[0], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(ends[0]);
	lookout->pid = fork();
	if (!lookout->pid)
		keep_watch(ends[1]);
	close(ends[1]);
}

void lookout_dismiss(struct lookout *lookout)
{
	if (lookout->link >= 0)
		close(lookout->link);
	if (lookout->pid <= 0)
		return;
	kill(lookout->pid, SIGKILL); /* it may have been stopped with its group */
	waitpid(lookout->pid, NULL, 0);
}

static bool is_pending(pid_t pid, int number)
{
	char path[40], line[256];
	unsigned long long pending = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "ShdPnd: %llx", &pending) == 1)
			break;
	if (file)
		fclose(file);
	return pending >> (number - 1) & 1;
}

bool lookout_has(const struct lookout *lookout, int number)
{
	unsigned char message = (unsigned char)number;

	if (lookout->pid <= 0)
		return false;
	bool pending = is_pending(lookout->pid, number);
	/* SIGSTOP stops it with the group, and it must go on when we do. */
	if (number == SIGCONT && !pending)
		kill(lookout->pid, SIGCONT);
	else if (!pending)
		return false;
	/* Were it gone, SIGPIPE would look like one for the command. */
	if (send(lookout->link, &message, 1, MSG_NOSIGNAL) == 1)
		(void)!read(lookout->link, &message, 1);
	return pending;
}
