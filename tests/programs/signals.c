/*
 * signals.c - a handler that writes while the main program reads: neither loses a call of the other.
 */
#include "must.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>

static int null;
static volatile long handled;

static void handler(int signal)
{
	int kept = errno;
	gives(write(null, "abc", 3), 3);
	handled++;
	errno = kept;
}

int main(void)
{
	char buffer[64];
	long loops = 0;
	int zero = must(open("/dev/zero", O_RDONLY));
	null = must(open("/dev/null", O_WRONLY));
	must(sigaction(SIGALRM, &(struct sigaction){.sa_handler = handler, .sa_flags = SA_RESTART},
		       NULL));
	struct itimerval often = {.it_interval.tv_usec = 100, .it_value.tv_usec = 100};
	must(setitimer(ITIMER_REAL, &often, NULL));
	for (; handled < 1000; loops++) {
		gives(read(zero, buffer, 64), 64);
		free(malloc(loops & 1023));
	}
	must(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL));
	signal(SIGALRM, SIG_IGN);
	long reads = loops, writes = handled;
	printf("EXPECT call read: calls=%ld returned=%ld zero_filled=%ld\n", reads, reads * 64,
	       reads * 64);
	printf("EXPECT call write: calls=%ld returned=%ld discarded=%ld\n", writes, writes * 3,
	       writes * 3);
	printf("EXPECT function malloc: calls=any returned=any\n");
	return 0;
}
