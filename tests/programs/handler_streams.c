/*
 * handler_streams.c - a signal handler that works with a stream of its own while the program is inside
 * stdio: each crossing is told once, in the row of the function that made it.
 */
#include "must.h"
#include <signal.h>
#include <sys/time.h>

static FILE *out;
static volatile long handled;

static void handler(int signal)
{
	int kept = errno;
	must(fputs("signal\n", out));
	gives(fflush(out), 0);
	handled++;
	errno = kept;
}

int main(void)
{
	static char buffer[4096], space[4096];
	long loops = 0;
	FILE *zero = fopen("/dev/zero", "r");
	out = fopen("/dev/null", "w");
	setvbuf(out, space, _IOFBF, sizeof(space));
	must(sigaction(SIGALRM, &(struct sigaction){.sa_handler = handler, .sa_flags = SA_RESTART},
		       NULL));
	struct itimerval often = {.it_interval.tv_usec = 100, .it_value.tv_usec = 100};
	must(setitimer(ITIMER_REAL, &often, NULL));
	for (; handled < 500; loops++)
		gives(fread(buffer, 1, sizeof(buffer), zero), sizeof(buffer));
	must(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL));
	signal(SIGALRM, SIG_IGN);
	long n = handled, bytes = loops * 4096;
	printf("EXPECT function fread: calls=%ld returned=%ld crossings=%ld zero_filled=%ld\n",
	       loops, bytes, loops, bytes);
	printf("EXPECT syscall read: calls=%ld returned=%ld zero_filled=%ld\n", loops, bytes,
	       bytes);
	printf("EXPECT object zero: zero_filled=%ld\n", bytes);
	printf("EXPECT function fputs: calls=%ld returned=%ld\n", n, 7 * n);
	printf("EXPECT function fflush: calls=%ld crossings=%ld discarded=%ld\n", n, n, 7 * n);
	printf("EXPECT syscall write: calls=%ld+1 returned=any discarded=%ld from_user=any\n", n,
	       7 * n);
	return 0;
}
