/* cancelled_after_exec.c - threads that started another program, by either way, can be cancelled as ever. */
#include "must.h"

#include <pthread.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define HOLE_BYTES (1 << 20)

extern char **environ;
static char *const arguments[] = {"true", NULL};
static int never[2];

static pid_t by_vfork(void)
{
	pid_t pid = must(vfork());
	if (pid == 0) {
		execve("/bin/true", arguments, environ);
		_exit(1);
	}
	return pid;
}

static pid_t by_spawn(void)
{
	pid_t pid;
	gives(posix_spawn(&pid, "/bin/true", NULL, NULL, arguments, environ), 0);
	return pid;
}

/* Deeper in the stack than the child was that executed. */
static __attribute__((noinline)) void wait_for_ever(int depth)
{
	volatile char place[4096];
	place[0] = 0;
	if (depth > 0)
		wait_for_ever(depth - 1);
	else
		(void)!read(never[0], (char *)place, 1);
	place[0] = 1;
}

struct start {
	pid_t (*start)(void);
	void *hole;
};

static void *starts(void *argument)
{
	const struct start *start = argument;
	int status;
	/* A spawned child gets a stack there, above this thread's. */
	munmap(start->hole, HOLE_BYTES);
	gives(waitpid(start->start(), &status, 0) > 0 && status == 0, 1);
	wait_for_ever(8);
	return NULL;
}

static void cancelled(pid_t (*how)(void))
{
	pthread_t thread;
	void *result;
	struct start start = {how, mmap(NULL, HOLE_BYTES, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)};
	gives(pthread_create(&thread, NULL, starts, &start), 0);
	usleep(200000);
	gives(pthread_cancel(thread), 0);
	gives(pthread_join(thread, &result), 0);
	gives(result == PTHREAD_CANCELED, 1);
}

int main(void)
{
	alarm(20);
	must(pipe(never));
	cancelled(by_vfork);
	cancelled(by_spawn);
	puts("all cancelled");
	return 0;
}
