/*
 * forks.c - makes children in every way there is, which execute, fail to execute, or end at once; none of them may
 * damage its record, in which /dev/zero is read once for each.
 */
#include "must.h"
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define STACK_BYTES (256 << 10)

static char *words[] = {"true", NULL}, *nothing[] = {NULL};
static int zero;

static void count(void)
{
	char byte;
	gives(read(zero, &byte, 1), 1);
}

static void ended(pid_t pid, int code)
{
	int status;
	gives(waitpid(pid, &status, __WALL), pid);
	gives(status, code << 8);
	count();
}

static int execute(void *unused)
{
	execve("/nowhere/at/all", words, nothing);
	execve("/bin/true", words, nothing);
	_exit(9);
}

static int leave(void *unused)
{
	_exit(4);
}

static int fail_and_leave(void *unused)
{
	execve("/nowhere/at/all", words, nothing);
	execvp("no-such-program-anywhere", words);
	_exit(4);
}

static int kill_self(void *unused)
{
	raise(SIGKILL);
	return 9;
}

static pid_t raw_fork(void)
{
	return (pid_t)syscall(SYS_fork);
}

static pid_t raw_clone(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

static pid_t raw_clone3(void)
{
	struct clone_args args = {.exit_signal = SIGCHLD};
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

static void each_copy(pid_t (*make)(void))
{
	int (*const does[])(void *) = {execute, leave, fail_and_leave};
	for (int i = 0; i < 3; i++) {
		pid_t pid = must(make());
		if (pid == 0)
			does[i](NULL);
		ended(pid, i ? 4 : 0);
	}
}

/* In our memory, on a stack of its own, while we wait or not. */
static void each_clone(int flags)
{
	static char *stack;
	int (*const does[])(void *) = {execute, leave, fail_and_leave};
	if (!stack)
		stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	for (int i = 0; i < 3; i++)
		ended(must(clone(does[i], stack + STACK_BYTES, flags | SIGCHLD, NULL)), i ? 4 : 0);
}

static void borrow(void)
{
	pid_t pid = must(vfork());
	if (pid == 0)
		execute(NULL);
	ended(pid, 0);
	pid = must(vfork());
	if (pid == 0)
		fail_and_leave(NULL);
	ended(pid, 4);
}

static void spawn(void)
{
	pid_t pid;
	gives(posix_spawn(&pid, "/bin/true", NULL, NULL, words, nothing), 0);
	ended(pid, 0);
	gives(posix_spawn(&pid, "/nowhere/at/all", NULL, NULL, words, nothing), ENOENT);
	gives(system("exit 4"), 4 << 8);
	count();
}

static void *everything(void *unused)
{
	each_copy(fork);
	each_copy(_Fork);
	each_copy(raw_fork);
	each_copy(raw_clone);
	each_copy(raw_clone3);
	each_clone(0);
	each_clone(CLONE_VM);
	each_clone(CLONE_VM | CLONE_VFORK);
	each_clone(CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_FS);
	borrow();
	spawn();
	pid_t pid = must(fork());
	if (pid == 0)
		kill_self(NULL);
	gives(waitpid(pid, NULL, 0), pid);
	count();
	return NULL;
}

static void *execute_in_thread(void *unused)
{
	execl("/bin/true", "true", NULL);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	zero = must(open("/dev/zero", O_RDONLY | O_CLOEXEC));
	everything(NULL);
	gives(pthread_create(&thread, NULL, everything, NULL), 0);
	gives(pthread_join(thread, NULL), 0);
	gives(pthread_create(&thread, NULL, execute_in_thread, NULL), 0);
	pause();
	return 9;
}
