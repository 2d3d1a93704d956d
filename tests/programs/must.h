/*
 * must.h - what every test program needs: checks that end the program, and a mark of where it
 * begins.
 *
 * Nothing here touches stdio or a wrapped call unless a check fails.
 */
#ifndef MUST_H
#define MUST_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline void complain(const char *file, int line, const char *what, long result)
{
	dprintf(2, "%s:%d: %s gave %ld, errno %d (%s)\n", file, line, what, result, errno,
		strerror(errno));
	_exit(99);
}

/* The call's result, which must not be -1. */
#define must(call)                                                                                 \
	({                                                                                         \
		__typeof__(call) result_ = (call);                                                 \
		if ((long)result_ == -1)                                                           \
			complain(__FILE__, __LINE__, #call, -1);                                   \
		result_;                                                                           \
	})

/* The call's result must be this number. */
#define gives(call, number)                                                                        \
	do {                                                                                       \
		long result_ = (long)(call);                                                       \
		if (result_ != (long)(number))                                                     \
			complain(__FILE__, __LINE__, #call, result_);                              \
	} while (0)

/* The call must fail with this errno. */
#define fails(call, number)                                                                        \
	do {                                                                                       \
		errno = 0;                                                                         \
		long result_ = (long)(call);                                                       \
		if (result_ != -1 || errno != (number))                                            \
			complain(__FILE__, __LINE__, #call, result_);                              \
	} while (0)

/* As malloc and free, but known to nobody who interposes those. */
#ifdef __cplusplus
extern "C" {
#endif
extern void *__libc_malloc(size_t);
extern void __libc_free(void *);
#ifdef __cplusplus
}
#endif

/*
 * Shows up in strace: what comes before is the loader's. The first allocation takes a random key; with a
 * tracer at work that has been taken by now, so it is to be before the mark in any case.
 */
static __attribute__((constructor)) void mark_the_beginning(void)
{
	__libc_free(__libc_malloc(1));
	syscall(SYS_access, "/the-program-begins", 0);
	errno = 0;
}

#endif
