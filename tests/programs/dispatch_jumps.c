/*
 * dispatch_jumps.c - a handler that jumps out of a waiting call of the program's own, 300 times.
 *
 * SEEN read: calls=300+1 returned=1
 * SEEN write: calls=1+300 returned=1+300
 */
#include "raw.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

static sigjmp_buf back;

static void handler(int signal)
{
	siglongjmp(back, 1);
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
		struct sigaction action = {.sa_handler = handler,
					   .sa_flags = i < 150 ? 0 : SA_ONSTACK};
		must(sigaction(SIGALRM, &action, NULL));
		struct itimerval soon = {.it_value = {.tv_usec = 4000}};
		if (sigsetjmp(back, 1) == 0) {
			must(setitimer(ITIMER_REAL, &soon, NULL));
			RAW(SYS_read, ends[0], &byte, 1);
			complain(__FILE__, __LINE__, "a wait that nothing ends", 0);
		}
		gives(RAW(SYS_write, null, "x", 1), 1);
	}
	gives(RAW(SYS_write, ends[1], "x", 1), 1);
	gives(RAW(SYS_read, ends[0], &byte, 1), 1);
	return 0;
}
