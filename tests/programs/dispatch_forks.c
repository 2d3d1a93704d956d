/*
 * dispatch_forks.c - children by every system call that makes one, each with calls of its own.
 *
 * SEEN write: calls=9*4+4*10 returned=9*4*3+4*10*3
 */
#include "raw.h"
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ull
#endif

static char *self_;

static void handler(int signal)
{
}

static void writes(const char *what, int n)
{
	while (n--)
		gives(RAW(SYS_write, 1, what, 3), 3);
}

static __attribute__((noreturn)) void child(void)
{
	writes("ch\n", 2);
	RAW(SYS_exit_group, 7);
	__builtin_trap();
}

static void reap(long pid)
{
	int status;
	if (pid < 0)
		complain(__FILE__, __LINE__, "making a child", pid);
	long got;
	while ((got = RAW(SYS_wait4, pid, &status, __WALL, NULL)) == -EINTR)
		;
	gives(got, pid);
	gives(status, 7 << 8);
	writes("ok\n", 2);
}

/* vfork: the child goes on on this stack, calls functions there, and executes. */
static __attribute__((noinline)) long vforks(long nr, long flags)
{
	static char *const argv[] = {"again", "again", NULL};
	long pid = RAW(nr, flags, 0, 0, 0, 0);
	if (pid == 0) {
		volatile char mess[512];
		for (unsigned i = 0; i < sizeof(mess); i++)
			mess[i] = (char)i;
		RAW(SYS_execve, self_, argv, environ);
		RAW(SYS_exit_group, 99);
	}
	return pid;
}

static long forks3(unsigned long long flags)
{
	struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD};
	return RAW(SYS_clone3, &args, sizeof(args));
}

/* A child with memory of its own, on a new stack. */
static long on_a_new_stack(int flags)
{
	static char stack[64 << 10] __attribute__((aligned(16)));
	long pid;
	register long r10 __asm__("r10") = 0;
	register long r8 __asm__("r8") = 0;
	__asm__ volatile(
	    "syscall\n\ttest %%rax, %%rax\n\tjne 1f\n\txor %%ebp, %%ebp\n\tcall *%7\n1:"
	    : "=a"(pid)
	    : "0"((long)SYS_clone), "D"((long)flags), "S"(stack + sizeof(stack)), "d"(0L), "r"(r10),
	      "r"(r8), "b"(child)
	    : "rcx", "r11", "memory");
	return pid;
}

static void *in_thread(void *unused)
{
	for (int i = 0; i < 5; i++) {
		long pid = RAW(i % 2 ? SYS_fork : SYS_clone, SIGCHLD);
		if (!pid)
			child();
		int status;
		gives(RAW(SYS_wait4, pid, &status, 0, NULL), pid);
		gives(status, 7 << 8);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	long pid;
	self_ = argv[0];
	if (argc > 1)
		child();
	signal(SIGSYS, handler);
	signal(SIGUSR1, handler);

	if (!(pid = RAW(SYS_fork)))
		child();
	reap(pid);
	if (!(pid = RAW(SYS_clone, SIGCHLD)))
		child();
	reap(pid);
	if (!(pid = forks3(0)))
		child();
	reap(pid);
	if (!(pid = forks3(CLONE_CLEAR_SIGHAND))) {
		struct sigaction now;
		must(sigaction(SIGSYS, NULL, &now));
		gives(now.sa_handler == SIG_DFL, 1);
		must(sigaction(SIGUSR1, NULL, &now));
		gives(now.sa_handler == SIG_DFL, 1);
		child();
	}
	reap(pid);
	struct sigaction now;
	must(sigaction(SIGSYS, NULL, &now));
	gives(now.sa_handler == handler, 1);

	reap(vforks(SYS_vfork, 0));
	reap(vforks(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD));
	reap(vforks(SYS_clone, CLONE_VFORK | SIGCHLD));
	reap(on_a_new_stack(SIGCHLD));
	reap(on_a_new_stack(CLONE_VM | CLONE_VFORK | SIGCHLD));

	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		gives(pthread_create(&threads[i], NULL, in_thread, NULL), 0);
	for (int i = 0; i < 4; i++)
		gives(pthread_join(threads[i], NULL), 0);
	return 0;
}
