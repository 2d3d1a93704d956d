/*
 * primitives.c - finds libc's memmove; and moves bytes until it is found.
 */
#include "copies/primitives.h"

#include <dlfcn.h>

WEAK(dlsym);

void *(*libc_memmove)(void *to, const void *from, size_t n);

/*
 * memmove for memcpy too: to a program that was linked with memcpy as it was
 * before glibc 2.14 the two are one, and here one name stands for both versions.
 */
static void find_memmove(void)
{
	/* It may copy something itself. */
	static uint32_t finding;
	if (dlsym && !__atomic_exchange_n(&finding, 1, __ATOMIC_ACQ_REL))
		libc_memmove = (void *(*)(void *, const void *, size_t))dlsym(RTLD_NEXT, "memmove");
}

/* The direction flag is clear at a call, and after one (x86-64 ABI). */
static void move_up(void *to, const void *from, size_t n)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n)::"memory");
}

static void move_down(char *to, const char *from, size_t n)
{
	to += n - 1;
	from += n - 1;
	__asm__ volatile("std; rep movsb; cld" : "+D"(to), "+S"(from), "+c"(n)::"memory");
}

void *move_early(void *to, const void *from, size_t n)
{
	find_memmove();
	if (libc_memmove)
		return libc_memmove(to, from, n);
	if ((uintptr_t)to - (uintptr_t)from >= n)
		move_up(to, from, n);
	else
		move_down(to, from, n);
	return to;
}

static __attribute__((constructor)) void start(void)
{
	if (!libc_memmove)
		find_memmove();
}
