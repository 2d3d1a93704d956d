/*
 * reaping.c - what the kernel adds to a process for the children that it waits for is known apart, however it
 * waits: reaping HOW.
 *
 * EXPECT (parent) audit: unattributed_to_user=0 unattributed_from_user=0 explained_to_user=500 reaped_to_user>=3000000
 * EXPECT (parent) audit: reaped_from_user>=6000 explained_from_user=20
 */
#include "must.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static char buffer[1000000];
static int zero, null;

static void read_and_write(size_t in, size_t out)
{
	gives(read(zero, buffer, in), in);
	gives(write(null, buffer, out), out);
}

static void in_handler(int signal)
{
	read_and_write(100, 4);
}

static pid_t child(void)
{
	pid_t pid = must(fork());
	if (!pid) {
		usleep(3000);
		read_and_write(1000000, 2000);
		_exit(0);
	}
	return pid;
}

static void reap(const char *how, pid_t pid)
{
	siginfo_t info;
	if (!strcmp(how, "waitpid")) {
		gives(waitpid(pid, NULL, 0), pid);
	} else if (!strcmp(how, "wait3")) {
		gives(wait3(NULL, 0, NULL), pid);
	} else if (!strcmp(how, "waitid")) {
		/* Seen twice, and left; taken once. */
		gives(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
		gives(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
		gives(waitid(P_PID, (id_t)pid, NULL, WEXITED), 0);
	} else if (!strcmp(how, "polling")) {
		pid_t r;
		while ((r = must(waitpid(-1, NULL, WNOHANG))) == 0)
			usleep(500);
		gives(r, pid);
	} else if (!strcmp(how, "own-call")) {
		gives(syscall(SYS_wait4, pid, NULL, 0, NULL), pid);
	}
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "waitpid";
	struct sigaction action = {.sa_handler = in_handler, .sa_flags = SA_RESTART};
	zero = must(open("/dev/zero", O_RDONLY));
	null = must(open("/dev/null", O_WRONLY));
	/* A handler that reads and writes while the process is in the call that waits. */
	sigaction(SIGCHLD, &action, NULL);
	for (int i = 0; i < 3; i++)
		reap(how, child());
	sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
	read_and_write(200, 8);
	return 0;
}
