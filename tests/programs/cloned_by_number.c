/* cloned_by_number.c - a child on a stack of its own, made by syscall(SYS_clone): it returns where nobody called. */
#include "must.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

static volatile int ran;
static char stack[65536] __attribute__((aligned(16)));

static void child(void)
{
	ran = 42;
	syscall(SYS_exit, 7);
}

int main(void)
{
	void **top = (void **)(stack + sizeof(stack) - 64);
	int status;

	/* The return address that syscall() will find there. */
	top[0] = (void *)child;
	long pid = must(syscall(SYS_clone, CLONE_VM | SIGCHLD, top, 0, 0, 0));
	gives(waitpid((pid_t)pid, &status, 0), pid);
	gives(WIFEXITED(status) && WEXITSTATUS(status) == 7, 1);
	gives(ran, 42);
	puts("it ran, and ended");
	return 0;
}
