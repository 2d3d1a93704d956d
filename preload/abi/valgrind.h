/*
 * valgrind.h - tells valgrind, where a program runs under it, what it can't know of us.
 *
 * Elsewhere the instructions do nothing: the four rotations come to 128 bits
 * (valgrind.h, the special sequence for amd64). Numbers of valgrind.h and memcheck.h.
 */
#ifndef ABI_VALGRIND_H
#define ABI_VALGRIND_H

#include <stddef.h>

#define VALGRIND_STACK_REGISTER	  0x1501
#define VALGRIND_MAKE_MEM_DEFINED 0x4d430002 /* of memcheck */

static inline void valgrind_request(unsigned long what, unsigned long first, unsigned long second)
{
	unsigned long request[6] = {what, first, second};
	unsigned long result = 0;
	__asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi\n\t"
			 "rolq $61, %%rdi; rolq $51, %%rdi\n\t"
			 "xchgq %%rbx, %%rbx"
			 : "+d"(result)
			 : "a"(request)
			 : "cc", "memory");
}

/* Else a switch to a stack nearby is a large frame to it, and what lies in between is given up. */
static inline void valgrind_know_stack(const void *start, const void *end)
{
	valgrind_request(VALGRIND_STACK_REGISTER, (unsigned long)start, (unsigned long)end);
}

/* By a system call of which it doesn't know what it writes. */
static inline void valgrind_know_written(const void *at, size_t bytes)
{
	valgrind_request(VALGRIND_MAKE_MEM_DEFINED, (unsigned long)at, bytes);
}

#endif
