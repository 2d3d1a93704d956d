/*
 * exec.c - the exec functions, posix_spawn and _exit: the record is closed before the process is
 * another program, or none.
 */
#include "life/environment.h"
#include "life/execution.h"
#include "life/process.h"
#include "life/untraced.h"
#include "wrap/wrapper.h"

#include "abi/raw.h"

#include <alloca.h>
#include <stdarg.h>
#include <spawn.h>
#include <unistd.h>

REAL(int, execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp))
REAL(int, execvpe, (const char *file, char *const argv[], char *const envp[]), (file, argv, envp))
REAL(int, fexecve, (int fd, char *const argv[], char *const envp[]), (fd, argv, envp))
REAL(int, execveat, (int dir, const char *path, char *const argv[], char *const envp[], int flags),
     (dir, path, argv, envp, flags))
REAL(int, posix_spawn,
     (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions,
      const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]),
     (pid, path, actions, attributes, argv, envp))
REAL(int, posix_spawnp,
     (pid_t * pid, const char *file, const posix_spawn_file_actions_t *actions,
      const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]),
     (pid, file, actions, attributes, argv, envp))
REAL(void, _exit, (int status), (status))

int wrap_execve(const char *path, char *const argv[], char *const envp[]);
int wrap_execv(const char *path, char *const argv[]);
int wrap_execvp(const char *file, char *const argv[]);
int wrap_execvpe(const char *file, char *const argv[], char *const envp[]);
int wrap_fexecve(int fd, char *const argv[], char *const envp[]);
int wrap_execveat(int dir, const char *path, char *const argv[], char *const envp[], int flags);
int wrap_execl(const char *path, const char *first, ...);
int wrap_execlp(const char *file, const char *first, ...);
int wrap_execle(const char *path, const char *first, ...);
int wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
		     const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]);
int wrap_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
		      const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]);
__attribute__((noreturn)) void wrap__exit(int status);

/* envp with what the new program needs to be traced, on the stack of the caller. */
#define FOR_NEW_PROGRAM(envp, next)                                                                \
	environment_fill(alloca(environment_bytes(envp, next)), envp, next)

/*
 * Counts the call, and where it isn't treated as the system call that it comes
 * to, does here what there is to do.
 */
#define EXECUTED(row, envp, target, call)                                                          \
	do {                                                                                       \
		struct span span = {.cell = NULL};                                                 \
		if (process_is_ours() && span_enter(FRAME)) {                                      \
			span_begin(&span, CALL_##row, NO_OBJECT, NO_OBJECT, CALLER, FRAME);        \
			/* Where it succeeds in a vfork child, the parent would stay in it. */     \
			span_leave(&span);                                                         \
		}                                                                                  \
		struct execution execution = {.ended_now = false};                                 \
		if (!execution_is_hooked() && environment_is_readable(envp)) {                     \
			execution_begin(&execution, target);                                       \
			envp = FOR_NEW_PROGRAM(envp, &execution.next);                             \
		}                                                                                  \
		int r = call;                                                                      \
		int saved = errno;                                                                 \
		execution_failed(&execution);                                                      \
		if (span.cell) {                                                                   \
			span_returned(&span);                                                      \
			plain(&span, r);                                                           \
			span_end(&span);                                                           \
		}                                                                                  \
		errno = saved;                                                                     \
		return r;                                                                          \
	} while (0)

int wrap_execve(const char *path, char *const argv[], char *const envp[])
{
	EXECUTED(execve, envp, untraced_program(AT_FDCWD, path, envp),
		 real_execve(path, argv, envp));
}

int wrap_execv(const char *path, char *const argv[])
{
	char *const *envp = environ;
	EXECUTED(execv, envp, untraced_program(AT_FDCWD, path, envp),
		 real_execve(path, argv, envp));
}

int wrap_execvp(const char *file, char *const argv[])
{
	char *const *envp = environ;
	EXECUTED(execvp, envp, untraced_command(file, envp), real_execvpe(file, argv, envp));
}

int wrap_execvpe(const char *file, char *const argv[], char *const envp[])
{
	EXECUTED(execvpe, envp, untraced_command(file, envp), real_execvpe(file, argv, envp));
}

int wrap_fexecve(int fd, char *const argv[], char *const envp[])
{
	EXECUTED(fexecve, envp, untraced_file(fd, envp), real_fexecve(fd, argv, envp));
}

int wrap_execveat(int dir, const char *path, char *const argv[], char *const envp[], int flags)
{
	EXECUTED(execveat, envp,
		 flags & AT_EMPTY_PATH && !*path ? untraced_file(dir, envp)
						 : untraced_program(dir, path, envp),
		 real_execveat(dir, path, argv, envp, flags));
}

/* The arguments as an array on the stack of the caller, and the environment behind them for execle.
 */
#define LISTED(first, argv, envp, with_environment)                                                \
	va_list list;                                                                              \
	size_t n = 1;                                                                              \
	va_start(list, first);                                                                     \
	while (va_arg(list, char *))                                                               \
		n++;                                                                               \
	va_end(list);                                                                              \
	char **argv = alloca((n + 1) * sizeof(*argv));                                             \
	argv[0] = (char *)first;                                                                   \
	va_start(list, first);                                                                     \
	for (size_t i = 1; i <= n; i++)                                                            \
		argv[i] = va_arg(list, char *);                                                    \
	char *const *envp = with_environment ? va_arg(list, char **) : environ;                    \
	va_end(list)

int wrap_execl(const char *path, const char *first, ...)
{
	LISTED(first, argv, envp, false);
	EXECUTED(execl, envp, untraced_program(AT_FDCWD, path, envp),
		 real_execve(path, argv, envp));
}

int wrap_execlp(const char *file, const char *first, ...)
{
	LISTED(first, argv, envp, false);
	EXECUTED(execlp, envp, untraced_command(file, envp), real_execvpe(file, argv, envp));
}

int wrap_execle(const char *path, const char *first, ...)
{
	LISTED(first, argv, envp, true);
	EXECUTED(execle, envp, untraced_program(AT_FDCWD, path, envp),
		 real_execve(path, argv, envp));
}

static void spawned(struct span *s, struct untraced *untraced, pid_t pid, int error)
{
	plain(s, -error);
	if (error)
		untraced_undone(untraced, NULL);
	else
		untraced_starts(untraced, pid, live.region->pid);
}

int wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
		     const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	struct untraced *untraced = NULL;
	if (!execution_is_hooked() && environment_is_readable(envp)) {
		untraced = untraced_program(AT_FDCWD, path, envp);
		envp = FOR_NEW_PROGRAM(envp, NULL);
	}
	pid_t made = 0;
	if (!pid)
		pid = &made;
	WRAPPED(posix_spawn, int, real_posix_spawn(pid, path, actions, attributes, argv, envp),
		NO_OBJECT, spawned(s, untraced, *pid, r));
}

int wrap_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
		      const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	struct untraced *untraced = NULL;
	if (!execution_is_hooked() && environment_is_readable(envp)) {
		untraced = untraced_command(file, envp);
		envp = FOR_NEW_PROGRAM(envp, NULL);
	}
	pid_t made = 0;
	if (!pid)
		pid = &made;
	WRAPPED(posix_spawnp, int, real_posix_spawnp(pid, file, actions, attributes, argv, envp),
		NO_OBJECT, spawned(s, untraced, *pid, r));
}

void wrap__exit(int status)
{
	if (process_is_ours() && span_enter(FRAME))
		span_count(CALL__exit, NO_OBJECT, 0, FRAME);
	process_end_at_last(ENDING_IMMEDIATE_EXIT, status & 0xff);
	real__exit(status);
	__builtin_unreachable();
}
