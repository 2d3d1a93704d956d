/*
 * jumps_everywhere.c - a handler jumps out of whatever it interrupts, a thousand times, and most of it is
 * the finding out of a stack. What is called afterwards, from further down, is seen with its stack.
 *
 * EXPECT call pread: calls>=1000 returned=any zero_filled=any
 * EXPECT call read: calls=100 returned=100*3 zero_filled=100*3
 * EXPECT coverage: calls_nested=0 stacks_wrong=0
 * UNCLOSED: a jump right after a system call leaves what it moved uncounted
 */
#include "must.h"
#include "paths.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

static sigjmp_buf back;
static volatile sig_atomic_t armed;

static void handler(int signal)
{
	if (!armed)
		return;
	armed = 0;
	siglongjmp(back, 1);
}

static __attribute__((noinline)) void read_deep_down(int fd, int depth)
{
	char bytes[3];
	if (depth == 0) {
		gives(read(fd, bytes, 3), 3);
		return;
	}
	read_deep_down(fd, depth - 1);
	__asm__ volatile("");
}

int main(void)
{
	volatile unsigned long turns = 1;
	int zero = must(open("/dev/zero", O_RDONLY));
	signal(SIGALRM, handler);
	struct itimerval often = {.it_interval.tv_usec = 150, .it_value.tv_usec = 150};
	must(setitimer(ITIMER_REAL, &often, NULL));
	for (volatile int i = 0; i < 1000; i++) {
		if (sigsetjmp(back, 1) == 0) {
			armed = 1;
			for (;;)
				follow((struct path){turns++, 20, zero});
		}
		if (i % 10 == 0)
			read_deep_down(zero, 60);
	}
	must(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL));
	signal(SIGALRM, SIG_IGN);
	return 0;
}
