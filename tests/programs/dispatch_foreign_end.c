/*
 * dispatch_foreign_end.c - a thread that libc doesn't know forks, and then ends the process.
 */
#include "raw.h"
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>

static long storage[64];

static __attribute__((noreturn)) void work(void)
{
	RAW(SYS_write, 1, "th\n", 3);
	long pid = RAW(SYS_clone, SIGCHLD);
	if (!pid) {
		RAW(SYS_write, 1, "ch\n", 3);
		RAW(SYS_exit_group, 0);
	}
	RAW(SYS_wait4, pid, NULL, 0, NULL);
	RAW(SYS_write, 1, "ok\n", 3);
	RAW(SYS_exit_group, 8);
	__builtin_trap();
}

int main(void)
{
	const long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			   CLONE_SYSVSEM | CLONE_SETTLS;
	char *stack =
	    mmap(NULL, 64 << 10, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long tid;
	must(stack);
	register long r10 __asm__("r10") = 0;
	register long r8 __asm__("r8") = (long)storage;
	__asm__ volatile(
	    "syscall\n\ttest %%rax, %%rax\n\tjne 1f\n\txor %%ebp, %%ebp\n\tcall *%7\n1:"
	    : "=a"(tid)
	    : "0"((long)SYS_clone), "D"(flags), "S"(stack + (64 << 10)), "d"(0L), "r"(r10), "r"(r8),
	      "b"(work)
	    : "rcx", "r11", "memory");
	must(tid);
	for (;;)
		RAW(SYS_pause);
}
