/*
 * jump.c - the longjmp functions: what they leave for good is known to be left.
 *
 * A signal handler may jump out of bookkeeping of ours, in which the thread
 * would seem to be for as long as its calls come from deeper down the stack.
 */
#include "wrap/wrapper.h"

#include <setjmp.h>

#define JUMPER(name) REAL(void, name, (struct __jmp_buf_tag * to, int value), (to, value))
JUMPER(longjmp)
JUMPER(_longjmp)
JUMPER(siglongjmp)
JUMPER(__longjmp_chk)

void jumps_resolve(void)
{
	real_longjmp = real_find("longjmp");
	real__longjmp = real_find("_longjmp");
	real_siglongjmp = real_find("siglongjmp");
	real___longjmp_chk = real_find("__longjmp_chk");
}

/*
 * glibc keeps the stack pointer rotated, and mixed with a secret of the thread:
 * sysdeps/unix/sysv/linux/x86_64/pointer_guard.h, sysdeps/x86_64/jmpbuf-offsets.h.
 */
static uintptr_t stack_pointer_in(const struct __jmp_buf_tag *to)
{
	uintptr_t kept = (uintptr_t)to->__jmpbuf[6], secret;
	__asm__("mov %%fs:0x30, %0" : "=r"(secret));
	return (kept >> 17 | kept << 47) ^ secret;
}

/* A frame more would be in the way of __longjmp_chk, which compares: so the last thing is a jump.
 */
#define WRAP_JUMPER(name)                                                                          \
	void wrap_##name(struct __jmp_buf_tag *to, int value);                                     \
	void wrap_##name(struct __jmp_buf_tag *to, int value)                                      \
	{                                                                                          \
		thread_jumps(stack_pointer_in(to));                                                \
		real_##name(to, value);                                                            \
	}
WRAP_JUMPER(longjmp)
WRAP_JUMPER(_longjmp)
WRAP_JUMPER(siglongjmp)
WRAP_JUMPER(__longjmp_chk)
