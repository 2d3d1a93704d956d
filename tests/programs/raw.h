/*
 * raw.h - system calls made by the program itself, where no symbol and no code of libc is passed.
 */
#ifndef RAW_H
#define RAW_H

#include "must.h"

#define SIX(a, b, c, d, e, f, ...) (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)
#define RAW(nr, ...)		   raw_call(nr, SIX(__VA_ARGS__ __VA_OPT__(, ) 0, 0, 0, 0, 0, 0))

/* Returns what the kernel returns: a result, or -errno. */
static inline __attribute__((always_inline)) long raw_call(long nr, long a, long b, long c, long d,
							   long e, long f)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* A word on stdout, in one write of the program's own. */
static inline void say(const char *word)
{
	char line[64];
	unsigned long n = 0;
	while (word[n] && n < sizeof(line) - 1)
		line[n] = word[n], n++;
	line[n++] = '\n';
	RAW(SYS_write, 1, line, n);
}

#endif
