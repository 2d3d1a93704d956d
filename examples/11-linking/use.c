/*
 * use.c - calls so many functions of a library, and prints how many page faults there were before
 * main.
 *
 * usage: use CALLS
 */
#include "parts.h"

#include <stdio.h>
#include <sys/resource.h>

static __attribute__((constructor)) void begin(void)
{
	read_both_ways(100);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int calls, made = 0;

	getppid(); /* where main begins, for strace */
	getrusage(RUSAGE_SELF, &usage);
	if (argc != 2)
		errx(2, "usage: use CALLS");
	calls = atoi(argv[1]);
	read_both_ways(10);
#define CALLED(name)                                                                               \
	if (made < calls)                                                                          \
		made = part_##name(made);
	PARTS(CALLED)
	printf("page faults before main: %6ld\n", usage.ru_minflt);
	return made != calls;
}
