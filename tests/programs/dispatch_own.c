/*
 * dispatch_own.c - a program that dispatches its own system calls gets them all, and we leave it to it.
 */
#include "raw.h"
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <ucontext.h>

#define ON 1

static volatile char blocks;
static volatile long emulated;

extern const char gate[], gate_end[];
__asm__(".text\n"
	"gate:\n"
	"	mov $15, %eax\n"
	"	syscall\n"
	"	nop\n"
	"gate_end:\n");

static void handler(int signal, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	blocks = 0;
	emulated++;
	gives(info->si_code, 2);
	uc->uc_mcontext.gregs[REG_RAX] = 1000 + info->si_syscall;
	blocks = 1;
}

static void *other_thread(void *go)
{
	while (!*(volatile int *)go)
		RAW(SYS_sched_yield);
	for (int i = 0; i < 100; i++)
		RAW(SYS_getpid);
	return NULL;
}

struct action {
	void (*handler)(int, siginfo_t *, void *);
	unsigned long flags;
	const char *restorer;
	unsigned long mask;
};

int main(void)
{
	struct action action = {handler, SA_SIGINFO | 0x04000000, gate, 0};
	pthread_t thread;
	int go = 0;
	gives(pthread_create(&thread, NULL, other_thread, &go), 0);
	gives(RAW(SYS_prctl, 59, 0, 1, 0, 0), -EINVAL);
	gives(RAW(SYS_prctl, 59, 0, 0, 0, 0), 0);
	gives(RAW(SYS_rt_sigaction, SIGSYS, &action, NULL, 8), 0);
	gives(RAW(SYS_prctl, 59, ON, gate, gate_end - gate, &blocks), 0);
	blocks = 1;
	gives(RAW(SYS_getppid), 1000 + SYS_getppid);
	gives(RAW(SYS_write, 77, "x", 1), 1000 + SYS_write);
	blocks = 0;
	gives(emulated, 2);
	go = 1;
	gives(pthread_join(thread, NULL), 0);
	gives(emulated, 2);
	gives(RAW(SYS_prctl, 59, 0, 0, 0, 0), 0);
	say("ok");
	return 0;
}
