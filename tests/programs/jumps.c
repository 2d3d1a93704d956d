/*
 * jumps.c - a handler jumps out of a read that waits, two hundred times; what comes after is counted as ever.
 *
 * EXPECT call read: calls>=1
 * EXPECT call pread: calls=10 returned=10*64 zero_filled=10*64
 * EXPECT function fputs: calls=1 returned=4
 * EXPECT syscall write: calls=1 returned=4 from_user=4
 * EXPECT totals: returned=640+4 zero_filled=640 from_user=4
 * EXPECT coverage: calls_nested=0
 */
#include "must.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

static sigjmp_buf back;

static void handler(int signal)
{
	siglongjmp(back, 1);
}

int main(void)
{
	char buffer[64];
	int ends[2], zero = must(open("/dev/zero", O_RDONLY));
	must(syscall(SYS_pipe2, ends, 0));
	signal(SIGALRM, handler);
	for (volatile int i = 0; i < 200; i++) {
		if (sigsetjmp(back, 1) == 0) {
			setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = 2000}, NULL);
			for (;;)
				read(ends[0], buffer, 1);
		}
	}
	for (int i = 0; i < 10; i++)
		gives(pread(zero, buffer, 64, 0), 64);
	must(fputs("end\n", stdout));
	return 0;
}
