/*
 * sites_interrupted.c - a handler writes by stdio while the program is interrupted in stdio, some
 * thousand times; each has streams of its own. Prints how often each wrote.
 */
#include "must.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>

static FILE *own;
static volatile long handled;

static void handler(int number)
{
	int saved = errno;
	gives(fprintf(own, "%06d", 12) == 6 && fflush(own) == 0, 1);
	handled++;
	errno = saved;
}

int main(void)
{
	struct itimerval often = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};
	FILE *out = fopen("/dev/null", "w");
	long written = 0;
	own = fopen("/dev/null", "w");
	signal(SIGALRM, handler);
	must(setitimer(ITIMER_REAL, &often, NULL));
	while (handled < 2000) {
		gives(fprintf(out, "%04d", 34), 4);
		gives(fflush(out), 0);
		written++;
	}
	must(setitimer(ITIMER_REAL, &never, NULL));
	printf("%ld %ld\n", handled, written);
	return 0;
}
