/* dispatch_execs.c - handlers on an alternate stack of 8 KiB fork, and execute a program in the child. */
#include "must.h"
#include <signal.h>
#include <sys/wait.h>

static char *const nothing[] = {"true", NULL};

static __attribute__((noinline)) void executes(void)
{
	execve("/bin/true", nothing, nothing + 1);
	_exit(1);
}

static void ended_well(pid_t pid)
{
	int status;
	gives(waitpid(pid, &status, 0), pid);
	gives(status, 0);
}

static void handler(int signal)
{
	pid_t pid = must(fork());
	if (!pid)
		executes();
	ended_well(pid);
	pid = must(vfork());
	if (!pid)
		executes();
	ended_well(pid);
}

int main(void)
{
	static char small[8192];
	stack_t stack = {.ss_sp = small, .ss_size = sizeof(small)};
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
	must(sigaltstack(&stack, NULL));
	must(sigaction(SIGUSR1, &action, NULL));
	gives(raise(SIGUSR1), 0);
	puts("executed");
	return 0;
}
