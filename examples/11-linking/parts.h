/*
 * parts.h - a library of 16 functions, and reads in two manners.
 */
#ifndef EXAMPLES_PARTS_H
#define EXAMPLES_PARTS_H

#include "../io.h"
#include <sys/syscall.h>

/* Says DO(name) for each function. */
#define PARTS(DO)                                                                                  \
	DO(a)                                                                                      \
	DO(b) DO(c) DO(d) DO(e) DO(f) DO(g) DO(h) DO(i) DO(j) DO(k) DO(l) DO(m) DO(n) DO(o) DO(p)

#define DECLARED(name) int part_##name(int number);
PARTS(DECLARED)

/* A system call without libc: the instruction stands in the code of whoever uses this. */
static inline ssize_t read_directly(int fd, void *buffer, size_t size)
{
	ssize_t n;

	__asm__ volatile("syscall"
			 : "=a"(n)
			 : "0"((long)SYS_read), "D"((long)fd), "S"(buffer), "d"(size)
			 : "rcx", "r11", "memory");
	return n;
}

/* Reads so many bytes by libc's function, and twice as many by an instruction of its own. */
static inline void read_both_ways(size_t size)
{
	char bytes[2000];
	int fd = must_open("/proc/self/exe", O_RDONLY);

	if (read(fd, bytes, size) != (ssize_t)size)
		err(1, "read");
	if (read_directly(fd, bytes, 2 * size) != (ssize_t)(2 * size))
		errx(1, "too little was read");
	close(fd);
}

#endif
