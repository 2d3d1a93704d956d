/*
 * raw.h - system calls made by the program itself, where no symbol and no code of libc is passed.
 */
#ifndef RAW_H
#define RAW_H

#include "must.h"

#include "../../preload/abi/instruction.h"

#define SIX(a, b, c, d, e, f, ...) (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)
#define RAW(nr, ...)		   raw6(nr, SIX(__VA_ARGS__ __VA_OPT__(, ) 0, 0, 0, 0, 0, 0))

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
