/*
 * dispatch_jumps.c - a handler that jumps out of a waiting call of the program's own, 300 times.
 *
 * SEEN read: calls=300+1 returned=1
 * SEEN write: calls=1+300 returned=1+300
 */
#include "raw.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

static sigjmp_buf back;

static void arm(void)
{
	struct itimerval soon = {.it_value = {.tv_usec = 4000}};
	must(setitimer(ITIMER_REAL, &soon, NULL));
}

/* Elsewhere than in the call it comes too early. */
static void handler(int signal, siginfo_t *info, void *at)
{
	const ucontext_t *interrupted = at;
	if (interrupted->uc_mcontext.gregs[REG_RAX] == -EINTR)
		siglongjmp(back, 1);
	arm();
}

int main(void)
{
	char byte;
	int ends[2], null = must(open("/dev/null", O_WRONLY));
	stack_t small = {.ss_size = 8192};
	must(pipe(ends));
	small.ss_sp =
	    mmap(NULL, small.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (volatile int i = 0; i < 300; i++) {
		/* On this stack, and then on another. */
		if (i == 150)
			must(sigaltstack(&small, NULL));
		struct sigaction action = {.sa_sigaction = handler,
					   .sa_flags = SA_SIGINFO | (i < 150 ? 0 : SA_ONSTACK)};
		must(sigaction(SIGALRM, &action, NULL));
		if (sigsetjmp(back, 1) == 0) {
			arm();
			RAW(SYS_read, ends[0], &byte, 1);
			complain(__FILE__, __LINE__, "a wait that nothing ends", 0);
		}
		gives(RAW(SYS_write, null, "x", 1), 1);
	}
	gives(RAW(SYS_write, ends[1], "x", 1), 1);
	gives(RAW(SYS_read, ends[0], &byte, 1), 1);
	return 0;
}
