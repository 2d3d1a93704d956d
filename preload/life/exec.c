/*
 * exec.c - the exec functions and _exit: the record is closed before the process is another
 * program, or none.
 */
#include "life/process.h"
#include "wrap/wrapper.h"

#include "abi/raw.h"

#include <alloca.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

REAL(int, execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp))
REAL(int, execvpe, (const char *file, char *const argv[], char *const envp[]), (file, argv, envp))
REAL(int, fexecve, (int fd, char *const argv[], char *const envp[]), (fd, argv, envp))
REAL(int, execveat, (int dir, const char *path, char *const argv[], char *const envp[], int flags),
     (dir, path, argv, envp, flags))
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
__attribute__((noreturn)) void wrap__exit(int status);

#define IMAGE_BYTES 64

static size_t count(char *const list[])
{
	size_t n = 0;
	while (list && list[n])
		n++;
	return n;
}

/* Copies envp into room for two more, with the number of the next image; image holds the text. */
static char **next_environment(char **room, char *const envp[], char image[IMAGE_BYTES])
{
	size_t n = count(envp);
	snprintf(image, IMAGE_BYTES, IMAGE_VARIABLE "=%d:%u", (int)raw_getpid(),
		 process_image() + 1);
	for (size_t i = 0; i < n; i++)
		room[i] = envp[i];
	room[n] = image;
	room[n + 1] = NULL;
	return room;
}

/*
 * Ends the record, executes, and goes on with the record where that failed. A
 * vfork child shares the parent's record, and leaves it alone.
 */
#define EXECUTED(row, envp, call)                                                                  \
	do {                                                                                       \
		if (!process_is_ours())                                                            \
			return call;                                                               \
		struct span span;                                                                  \
		char image[IMAGE_BYTES];                                                           \
		if (span_enter(FRAME))                                                             \
			span_begin(&span, CALL_##row, NO_OBJECT, NO_OBJECT, CALLER, FRAME);        \
		else                                                                               \
			span.cell = NULL;                                                          \
		char **room = alloca((count(envp) + 2) * sizeof(*room));                           \
		envp = next_environment(room, envp, image);                                        \
		process_end(ENDING_EXEC, 0);                                                       \
		int r = call;                                                                      \
		int saved = errno;                                                                 \
		process_end_undone();                                                              \
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
	EXECUTED(execve, envp, real_execve(path, argv, envp));
}

int wrap_execv(const char *path, char *const argv[])
{
	char *const *envp = environ;
	EXECUTED(execv, envp, real_execve(path, argv, envp));
}

int wrap_execvp(const char *file, char *const argv[])
{
	char *const *envp = environ;
	EXECUTED(execvp, envp, real_execvpe(file, argv, envp));
}

int wrap_execvpe(const char *file, char *const argv[], char *const envp[])
{
	EXECUTED(execvpe, envp, real_execvpe(file, argv, envp));
}

int wrap_fexecve(int fd, char *const argv[], char *const envp[])
{
	EXECUTED(fexecve, envp, real_fexecve(fd, argv, envp));
}

int wrap_execveat(int dir, const char *path, char *const argv[], char *const envp[], int flags)
{
	EXECUTED(execveat, envp, real_execveat(dir, path, argv, envp, flags));
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
	EXECUTED(execl, envp, real_execve(path, argv, envp));
}

int wrap_execlp(const char *file, const char *first, ...)
{
	LISTED(first, argv, envp, false);
	EXECUTED(execlp, envp, real_execvpe(file, argv, envp));
}

int wrap_execle(const char *path, const char *first, ...)
{
	LISTED(first, argv, envp, true);
	EXECUTED(execle, envp, real_execve(path, argv, envp));
}

void wrap__exit(int status)
{
	if (process_is_ours() && span_enter(FRAME))
		span_count(CALL__exit, NO_OBJECT, 0, FRAME);
	process_end(ENDING_IMMEDIATE_EXIT, status & 0xff);
	real__exit(status);
	__builtin_unreachable();
}
