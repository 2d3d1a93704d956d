/*
 * execution.c - what surrounds an exec; of those that come by as system calls, the exec itself.
 *
 * It runs in children that share their parent's memory while that waits, on a
 * stack of 32 KiB that has no guard (glibc's posix_spawn) or on a signal stack
 * of 8: nothing here may allocate, lock, keep state or use much of the stack.
 */
#include "life/execution.h"

#include "abi/raw.h"
#include "life/process.h"
#include "life/readings.h"
#include "life/untraced.h"
#include "syscall/cancel.h"
#include "syscall/dispatch.h"
#include "syscall/hook.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define ROOM_ON_STACK	     (16ul << 10)
#define ROOM_ON_SIGNAL_STACK 1024ul

static bool all_rewritten;

void execution_begin(struct execution *execution, struct untraced *untraced)
{
	bool ours = process_is_ours();
	execution->untraced = untraced;
	execution->process =
	    untraced_starts(untraced, (int32_t)raw_getpid(), (int32_t)RAW_1(SYS_getppid, 0));
	execution->next.region = process_end_by_exec(untraced != NULL, &execution->ended_now);
	/* A program that can't be traced passes it on to the one that it executes. */
	execution->next.number = (ours ? process_image() + 1 : 0) + (untraced ? 1 : 0);
	reading_counted(&execution->next.counted);
}

void execution_failed(const struct execution *execution)
{
	untraced_undone(execution->untraced, execution->process);
	if (execution->ended_now)
		process_end_undone();
}

/* An execve or execveat, as it was asked for. */
struct request {
	long nr;
	int directory, flags;
	const char *path;
	char *const *argv, *const *envp;
};

static struct request request_of(const struct call_frame *frame)
{
	const long *a = frame->a;
	if (frame->nr == SYS_execve)
		return (struct request){frame->nr,	    AT_FDCWD,	   0,
					(const char *)a[0], (char **)a[1], (char **)a[2]};
	return (struct request){frame->nr,	    (int)a[0],	   (int)a[4],
				(const char *)a[1], (char **)a[2], (char **)a[3]};
}

/* The program's own call: a filter may do with it what it will. */
static long make(const struct request *request, char *const envp[])
{
	const long path = (long)request->path, argv = (long)request->argv;
	if (request->nr == SYS_execve)
		return raw6(SYS_execve, path, argv, (long)envp, 0, 0, 0);
	return raw6(SYS_execveat, request->directory, path, argv, (long)envp, request->flags, 0);
}

static bool is_by_descriptor(const struct request *request)
{
	return request->flags & AT_EMPTY_PATH && request->path && !*request->path;
}

/* A search through PATH makes an attempt in each directory: there is nothing to end for those. */
static bool may_succeed(const struct request *request)
{
	struct stat status;
	long error = RAW_4(SYS_newfstatat, request->directory, request->path, &status,
			   request->flags & (AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
	return error == -ENOSYS || (error == 0 && S_ISREG(status.st_mode) && status.st_mode & 0111);
}

static bool is_on_signal_stack(void)
{
	stack_t stack;
	return RAW_2(SYS_sigaltstack, NULL, &stack) == 0 && stack.ss_flags & SS_ONSTACK;
}

/* Executes with an environment for which there is room. */
static long make_with(const struct request *request, const struct next_image *next, void *room)
{
	return make(request, room ? environment_fill(room, request->envp, next) : request->envp);
}

static __attribute__((noinline)) long make_on_stack(const struct request *request,
						    const struct next_image *next, size_t bytes)
{
	char *room[bytes / sizeof(char *) + 1];
	return make_with(request, next, room);
}

/* Where the exec succeeds and the memory is the parent's, that keeps what was mapped. */
static long make_on_mapping(const struct request *request, const struct next_image *next,
			    size_t bytes)
{
	void *room =
	    raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long error = make_with(request, next, room);
	if (room)
		raw_munmap(room, bytes);
	return error;
}

static long execute(const struct call_frame *frame)
{
	struct request request = request_of(frame);
	if (!environment_is_readable(request.envp) || !may_succeed(&request))
		return make(&request, request.envp);
	struct execution execution;
	uintptr_t before = cancel_defer((uintptr_t)frame);
	execution_begin(&execution,
			is_by_descriptor(&request)
			    ? untraced_file(request.directory, request.envp)
			    : untraced_program(request.directory, request.path, request.envp));
	size_t bytes = environment_bytes(request.envp, &execution.next);
	bool fits = bytes <= (is_on_signal_stack() ? ROOM_ON_SIGNAL_STACK : ROOM_ON_STACK);
	/* A child in its parent's memory doesn't come back to tell the parent's thread, whose
	 * `self` it has, that this is left. */
	if (!execution.ended_now)
		self.in_hook = before;
	long error = fits ? make_on_stack(&request, &execution.next, bytes)
			  : make_on_mapping(&request, &execution.next, bytes);
	execution_failed(&execution);
	cancel_allow(before);
	return error;
}

void execution_watch(bool rewritten)
{
	hook_execute = execute;
	all_rewritten = rewritten;
}

/* The program may take dispatch for itself at any time. */
bool execution_is_hooked(void)
{
	return all_rewritten || dispatch_state() == EXHAUSTIVE_ON;
}
