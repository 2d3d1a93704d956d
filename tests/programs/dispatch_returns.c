/*
 * dispatch_returns.c - handlers that return by a call of the program's own, and alternate stacks it sets itself.
 *
 * SEEN write: calls=8 returned=8*3
 */
#include "raw.h"
#include <signal.h>
#include <sys/mman.h>

struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

/* Not the bytes that unwinders know, and its stack pointer is all that it has. */
extern void restorer(void);
__asm__("restorer: mov $15, %eax; syscall; ud2");

static volatile int came, on_stack;

static void inner(int signal)
{
	came += 10;
	gives(RAW(SYS_write, 1, "in\n", 3), 3);
}

static void outer(int signal)
{
	stack_t now, other = {.ss_flags = SS_DISABLE};
	came++;
	gives(RAW(SYS_write, 1, "in\n", 3), 3);
	gives(RAW(SYS_tgkill, RAW(SYS_getpid), RAW(SYS_gettid), SIGUSR2), 0);
	gives(RAW(SYS_sigaltstack, NULL, &now), 0);
	on_stack = now.ss_flags & SS_ONSTACK;
	if (on_stack)
		gives(RAW(SYS_sigaltstack, &other, NULL), -EPERM);
	gives(RAW(SYS_write, 1, "in\n", 3), 3);
}

static void handle(int signal, void (*handler)(int), unsigned long flags)
{
	struct action action = {handler, flags | 0x04000000, restorer, ~0ul >> 1};
	gives(RAW(SYS_rt_sigaction, signal, &action, NULL, 8), 0);
}

int main(void)
{
	stack_t mine = {.ss_size = 64 << 10}, before;
	mine.ss_sp =
	    mmap(NULL, mine.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	handle(SIGUSR2, inner, 0);
	handle(SIGUSR1, outer, 0x40000000);
	gives(RAW(SYS_tgkill, RAW(SYS_getpid), RAW(SYS_gettid), SIGUSR1), 0);
	gives(came, 11); /* the inner one was blocked until the outer returned */
	gives(on_stack, 0);

	gives(RAW(SYS_sigaltstack, &mine, &before), 0);
	gives(before.ss_flags, SS_DISABLE);
	handle(SIGUSR1, outer, SA_ONSTACK);
	gives(RAW(SYS_tgkill, RAW(SYS_getpid), RAW(SYS_gettid), SIGUSR1), 0);
	gives(came, 22);
	gives(on_stack, SS_ONSTACK);
	gives(RAW(SYS_write, 1, "ok\n", 3), 3);
	stack_t none_at_all = {.ss_flags = SS_DISABLE},
		tiny = {.ss_sp = mine.ss_sp, .ss_size = 100};
	gives(RAW(SYS_sigaltstack, &tiny, NULL), -ENOMEM);
	gives(RAW(SYS_sigaltstack, 8, NULL), -EFAULT);
	gives(RAW(SYS_sigaltstack, &none_at_all, &before), 0);
	gives(before.ss_sp == mine.ss_sp, 1);
	gives(before.ss_size, mine.ss_size);
	gives(before.ss_flags, 0);
	gives(RAW(SYS_write, 1, "ok\n", 3), 3);
	return 0;
}
