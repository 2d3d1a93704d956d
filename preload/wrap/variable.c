/*
 * variable.c - wrappers of functions with an optional last argument: open, openat, fcntl, ioctl,
 * mq_open, mremap, closefrom.
 */
#include "wrap/wrapper.h"

#include <fcntl.h>
#include <mqueue.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>

REAL(int, open, (const char *path, int flags, mode_t mode), (path, flags, mode))
REAL(int, openat, (int dir, const char *path, int flags, mode_t mode), (dir, path, flags, mode))
REAL(int, fcntl, (int fd, int command, void *argument), (fd, command, argument))
REAL(int, ioctl, (int fd, unsigned long command, void *argument), (fd, command, argument))
REAL(mqd_t, mq_open, (const char *name, int flags, mode_t mode, struct mq_attr *attributes),
     (name, flags, mode, attributes))
REAL(void *, mremap, (void *at, size_t old, size_t n, int flags, void *to), (at, old, n, flags, to))
REAL(void, closefrom, (int first), (first))

void variable_resolve(void)
{
	real_open = real_find("open");
	real_openat = real_find("openat");
	real_fcntl = real_find("fcntl");
	real_ioctl = real_find("ioctl");
	real_mremap = real_find("mremap");
}

int wrap_open(const char *path, int flags, ...);
int wrap_openat(int dir, const char *path, int flags, ...);
int wrap_fcntl(int fd, int command, ...);
int wrap_ioctl(int fd, unsigned long command, ...);
mqd_t wrap_mq_open(const char *name, int flags, ...);
void *wrap_mremap(void *at, size_t old, size_t n, int flags, ...);
void wrap_closefrom(int first);

/*
 * An argument that wasn't passed is read all the same and handed on: it lies
 * in a register or in a readable place on the stack, and the real function
 * doesn't look at it.
 */
#define LAST(type, name, after)                                                                    \
	va_list optional;                                                                          \
	va_start(optional, after);                                                                 \
	type name = va_arg(optional, type);                                                        \
	va_end(optional)

int wrap_open(const char *path, int flags, ...)
{
	LAST(mode_t, mode, flags);
	WRAPPED(open, int, real_open(path, flags, mode), NO_OBJECT, opened(s, r));
}

int wrap_openat(int dir, const char *path, int flags, ...)
{
	LAST(mode_t, mode, flags);
	WRAPPED(openat, int, real_openat(dir, path, flags, mode), NO_OBJECT, opened(s, r));
}

static void controlled(struct span *s, int r, int fd, int command)
{
	if (r >= 0 && (command == F_DUPFD || command == F_DUPFD_CLOEXEC))
		duplicated(s, r, fd);
	else
		plain(s, r);
	if (command == F_SETFL)
		object_flags_changed(fd);
}

int wrap_fcntl(int fd, int command, ...)
{
	LAST(void *, argument, command);
	WRAPPED(fcntl, int, real_fcntl(fd, command, argument), NO_OBJECT,
		controlled(s, r, fd, command));
}

/* Of all that can be asked of a file, what shares its blocks with another. */
int wrap_ioctl(int fd, unsigned long command, ...)
{
	LAST(void *, argument, command);
	if (command == FICLONE) {
		int in = (int)(intptr_t)argument;
		WRAPPED(ioctl, int, real_ioctl(fd, command, argument), FROM_TO(in, fd),
			file_cloned(s, r, in));
	}
	if (command == FICLONERANGE)
		WRAPPED(ioctl, int, real_ioctl(fd, command, argument), FD(fd),
			range_cloned(s, r, argument));
	return real_ioctl(fd, command, argument);
}

mqd_t wrap_mq_open(const char *name, int flags, ...)
{
	va_list optional;
	va_start(optional, flags);
	mode_t mode = va_arg(optional, mode_t);
	struct mq_attr *attributes = va_arg(optional, struct mq_attr *);
	va_end(optional);
	WRAPPED(mq_open, mqd_t, real_mq_open(name, flags, mode, attributes), NO_OBJECT,
		opened(s, r));
}

void *wrap_mremap(void *at, size_t old, size_t n, int flags, ...)
{
	LAST(void *, to, flags);
	WRAPPED(
	    mremap, void *, real_mremap(at, old, n, flags, to),
	    (MAPS(mremap, (long)at, (long)old, (long)n, flags, (long)to), NO_OBJECT),
	    (mapped(s, r, n), MAPPED(mremap, r, (long)at, (long)old, (long)n, flags, (long)to)));
}

void wrap_closefrom(int first)
{
	if (span_enter(FRAME)) {
		object_forget_range(first < 0 ? 0 : (unsigned)first, DESCRIPTORS_MOST - 1);
		span_count(CALL_closefrom, NO_OBJECT, 0, FRAME);
	}
	real_closefrom(first);
}
