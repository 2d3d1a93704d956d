/*
 * raw.h - system calls made directly, so that none of ours is counted, interposed or able to touch
 * errno.
 *
 * Each returns what the kernel returns: a result, or -errno.
 */
#ifndef ABI_RAW_H
#define ABI_RAW_H

#include "abi/filter.h"
#include "abi/instruction.h"
#include "abi/own_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* A call of our own, and none that we make for the program: where its seccomp filters allow it. */
static inline long raw_own(long nr, long a, long b, long c, long d, long e, long f)
{
	if (__builtin_expect(filter_last != NULL, 0))
		return filter_call(nr, a, b, c, d, e, f);
	return raw6(nr, a, b, c, d, e, f);
}

#define RAW_1(nr, a, ...)	   raw_own(nr, (long)(a), 0, 0, 0, 0, 0)
#define RAW_2(nr, a, b, ...)	   raw_own(nr, (long)(a), (long)(b), 0, 0, 0, 0)
#define RAW_3(nr, a, b, c, ...)	   raw_own(nr, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define RAW_4(nr, a, b, c, d, ...) raw_own(nr, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define RAW_5(nr, a, b, c, d, e, ...)                                                              \
	raw_own(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

static inline long raw_open(const char *path, int flags, int mode)
{
	return RAW_4(SYS_openat, AT_FDCWD, path, flags, mode);
}

static inline long raw_read(int fd, void *buffer, size_t n)
{
	return RAW_3(SYS_read, fd, buffer, n);
}

static inline long raw_write(int fd, const void *buffer, size_t n)
{
	return RAW_3(SYS_write, fd, buffer, n);
}

static inline long raw_close(int fd)
{
	return RAW_1(SYS_close, fd);
}

static inline long raw_unlink(const char *path)
{
	return RAW_1(SYS_unlink, path);
}

static inline long raw_readlink(const char *path, char *buffer, size_t n)
{
	/* Where faults in kernel mode can't be seen, one of ours would pass for the program's. */
	*(volatile char *)buffer = 0;
	return RAW_3(SYS_readlink, path, buffer, n);
}

static inline long raw_getpid(void)
{
	return RAW_1(SYS_getpid, 0);
}

static inline long raw_gettid(void)
{
	return RAW_1(SYS_gettid, 0);
}

/* Memory of our own. Returns the address, or NULL. */
static inline void *raw_mmap(void *at, size_t n, int protection, int flags, int fd, long offset)
{
	long address = raw_own(SYS_mmap, (long)at, (long)n, protection, flags, fd, offset);
	if (address < 0 && address > -4096)
		return NULL;
	own_memory_add((void *)address, n);
	return (void *)address;
}

static inline long raw_munmap(void *at, size_t n)
{
	own_memory_remove(at);
	return RAW_2(SYS_munmap, at, n);
}

/* From glibc 2.33 to 2.38 fstat() is the other of the two, and a filter may know but that. */
static inline long raw_fstat(int fd, void *status)
{
	long error = RAW_2(SYS_fstat, fd, status);
	return error == -ENOSYS ? RAW_4(SYS_newfstatat, fd, "", status, AT_EMPTY_PATH) : error;
}

/* Whether the kernel could read 8 bytes there; the program's pointers may be anything. */
static inline bool raw_is_readable(const void *at)
{
	/* It reads a set of signals before it looks at `how` (kernel/signal.c). */
	return RAW_4(SYS_rt_sigprocmask, -1, at, NULL, 8) != -EFAULT;
}

/* Whole pages of private memory read as zeros again. */
static inline void raw_zero_pages(void *at, size_t n)
{
	if (RAW_3(SYS_madvise, at, n, MADV_DONTNEED) < 0)
		memset(at, 0, n);
}

/* Reads up to n bytes of a small file such as those of /proc; returns how many, or -errno. */
static inline long raw_slurp(const char *path, char *buffer, size_t n)
{
	long fd = raw_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return fd;
	size_t have = 0;
	while (have < n) {
		long got = raw_read((int)fd, buffer + have, n - have);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	raw_close((int)fd);
	return (long)have;
}

#endif
