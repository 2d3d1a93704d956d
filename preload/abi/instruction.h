/*
 * instruction.h - the system call itself: the kernel's result, or -errno.
 */
#ifndef ABI_INSTRUCTION_H
#define ABI_INSTRUCTION_H

#if !defined(__x86_64__)
#error "copytrace knows the system call convention of x86-64 only"
#endif

/* Never called: where it is vfork, the child would overwrite the return address. */
static inline __attribute__((always_inline)) long raw6(long nr, long a, long b, long c, long d,
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

#endif
