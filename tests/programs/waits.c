/*
 * waits.c - executes its argument in children and waits for them in every way, and prints what the kernel told it:
 * PID STATUS USER SYSTEM MINOR MAJOR, times in microseconds.
 */
#include "must.h"
#include <sys/resource.h>
#include <sys/wait.h>

static char *words[] = {"static", NULL, NULL};

static pid_t start(char *how)
{
	words[1] = how;
	pid_t pid = must(vfork());
	if (pid == 0) {
		execv(words[0], words);
		_exit(9);
	}
	return pid;
}

static long microseconds(struct timeval time)
{
	return time.tv_sec * 1000000 + time.tv_usec;
}

static void tell(pid_t pid, int status, const struct rusage *now, const struct rusage *before)
{
	printf("%d %d %ld %ld %ld %ld\n", pid, status,
	       microseconds(now->ru_utime) - microseconds(before->ru_utime),
	       microseconds(now->ru_stime) - microseconds(before->ru_stime),
	       now->ru_minflt - before->ru_minflt, now->ru_majflt - before->ru_majflt);
}

/* Where the kernel isn't asked, it has added to the sum of all children. */
static void tell_sum(pid_t pid, int status, const struct rusage *before)
{
	struct rusage now;
	getrusage(RUSAGE_CHILDREN, &now);
	tell(pid, status, &now, before);
}

int main(int argc, char **argv)
{
	struct rusage none = {0}, usage, before;
	siginfo_t info = {0};
	int status = 1234;
	words[0] = argv[1];

	/* Nobody has ended: what is given stays as it is. */
	pid_t pid = start("sleep");
	memset(&usage, 1, sizeof(usage));
	gives(wait4(pid, &status, WNOHANG, &usage), 0);
	gives(usage.ru_maxrss, 0x0101010101010101);
	gives(waitid(P_PID, pid, &info, WEXITED | WNOHANG), 0);
	gives(kill(pid, SIGKILL), 0);
	gives(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), 0);
	gives(wait4(pid, &status, 0, &usage), pid);
	tell(pid, status, &usage, &none);

	pid = start("exit");
	getrusage(RUSAGE_CHILDREN, &before);
	gives(waitpid(pid, &status, 0), pid);
	tell_sum(pid, status, &before);

	pid = start("exit");
	getrusage(RUSAGE_CHILDREN, &before);
	gives(wait(NULL), pid);
	tell_sum(pid, 7 << 8, &before);

	pid = start("exit");
	getrusage(RUSAGE_CHILDREN, &before);
	gives(waitid(P_ALL, 0, &info, WEXITED), 0);
	gives(info.si_status, 7);
	tell_sum(info.si_pid, info.si_status << 8, &before);

	pid = start("abort");
	gives(syscall(SYS_waitid, P_PID, pid, &info, WEXITED, &usage), 0);
	tell(pid, info.si_status, &usage, &none);

	fails(wait4(-1, NULL, 0, NULL), ECHILD);
	return 0;
}
