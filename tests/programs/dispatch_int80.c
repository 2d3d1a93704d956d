/*
 * dispatch_int80.c - the 32-bit way into the kernel, which takes other numbers and registers.
 *
 * SEEN write: calls=2+2 errors=1 returned=3*3
 * SEEN read: calls=1 returned=5
 */
#include "raw.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define INT80(nr, a, b, c)                                                                         \
	({                                                                                         \
		int r_;                                                                            \
		register long r8_ __asm__("r8") = 0x1234567890;                                    \
		__asm__ volatile("int $0x80"                                                       \
				 : "=a"(r_), "+r"(r8_)                                             \
				 : "0"(nr), "b"((long)(a)), "c"((long)(b)), "d"((long)(c))         \
				 : "memory");                                                      \
		gives(r8_, 0x1234567890);                                                          \
		r_;                                                                                \
	})

int main(void)
{
	/* Where 32-bit pointers reach. */
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	must(low);
	memcpy(low, "32\n", 3);
	if (INT80(20, 0, 0, 0) != getpid())
		return 0; /* a kernel without it */
	gives(INT80(4, 1, low, 3), 3);
	int zero = must(open("/dev/zero", O_RDONLY)), status;
	gives(INT80(3, zero, low + 100, 5), 5);
	gives(INT80(4, 99, low, 0), -EBADF);
	unsigned long all = ~0ul;
	memcpy(low + 200, &all, 8);
	*(long *)(low + 300) = 8;
	/* rt_sigprocmask: every signal is blocked, and the next calls still come by. */
	register long esi __asm__("rsi") = 8;
	int r;
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "0"(175), "b"((long)SIG_SETMASK), "c"(low + 200), "d"(0L), "r"(esi)
			 : "memory");
	gives(r, 0);
	say("64");
	pid_t pid = INT80(2, 0, 0, 0);
	if (!pid) {
		say("64");
		INT80(1, 5, 0, 0);
	}
	gives(waitpid(pid, &status, 0), pid);
	gives(status, 5 << 8);
	return 0;
}
