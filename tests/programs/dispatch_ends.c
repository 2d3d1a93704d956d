/*
 * dispatch_ends.c - the end of a thread that took its own stack away, and of a process by calls of its own.
 *
 * SEEN write: calls=20+1+1 returned=20*3+3+3
 */
#include "raw.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

static int alive;

static __attribute__((noreturn)) void work(void)
{
	RAW(SYS_write, 1, "th\n", 3);
	char *stack = (char *)((unsigned long)__builtin_frame_address(0) & -(64ul << 10));
	__asm__ volatile("syscall\n\tmov $60, %%eax\n\txor %%edi, %%edi\n\tsyscall\n\thlt"
			 :
			 : "a"((long)SYS_munmap), "D"(stack), "S"(64ul << 10)
			 : "memory");
	__builtin_unreachable();
}

/* Of 64 KiB, and aligned to that. */
static char *new_stack(void)
{
	char *at =
	    mmap(NULL, 128 << 10, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(at);
	char *stack = (char *)(((unsigned long)at + (64ul << 10) - 1) & -(64ul << 10));
	if (stack > at)
		must(munmap(at, stack - at));
	must(munmap(stack + (64 << 10), at + (64 << 10) - stack));
	return stack + (64 << 10);
}

int main(void)
{
	const long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			   CLONE_SYSVSEM | CLONE_CHILD_CLEARTID;
	for (int i = 0; i < 20; i++) {
		long tid;
		char *stack = new_stack();
		alive = 1;
		register long r10 __asm__("r10") = (long)&alive;
		register long r8 __asm__("r8") = 0;
		__asm__ volatile(
		    "syscall\n\ttest %%rax, %%rax\n\tjne 1f\n\txor %%ebp, %%ebp\n\tcall *%7\n1:"
		    : "=a"(tid)
		    : "0"((long)SYS_clone), "D"(flags), "S"(stack), "d"(0L), "r"(r10), "r"(r8),
		      "b"(work)
		    : "rcx", "r11", "memory");
		must(tid);
		while (__atomic_load_n(&alive, __ATOMIC_ACQUIRE))
			RAW(SYS_futex, &alive, FUTEX_WAIT, 1, NULL);
	}
	int status;
	pid_t pid = must(fork());
	if (!pid) {
		say("ch");
		RAW(SYS_exit, 9);
	}
	gives(waitpid(pid, &status, 0), pid);
	gives(status, 9 << 8);
	say("ok");
	RAW(SYS_exit_group, 6);
}
