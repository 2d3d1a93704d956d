/*
 * spawn.c - starts a program again and again: spawn [-r] COUNT VARIABLE=VALUE... -- PROGRAM...
 * With -r it rests for one and a half seconds before each, which don't count.
 */
#include "bench.h"

#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv)
{
	bool rests = argc > 1 && !strcmp(argv[1], "-r");
	long count = argc > 1 + rests ? atol(argv[1 + rests]) : 0;
	uint64_t spent = 0;
	int i = 2 + rests;

	for (; i < argc && strcmp(argv[i], "--"); i++)
		putenv(argv[i]);
	if (count < 1 || i + 1 >= argc)
		errx(1, "usage: spawn [-r] COUNT VARIABLE=VALUE... -- PROGRAM...");
	char **command = argv + i + 1;

	for (long k = 0; k < count; k++) {
		pid_t pid;
		int status;
		if (rests)
			nanosleep(&(struct timespec){1, 500000000}, NULL);
		uint64_t start = now_ns();
		if (posix_spawnp(&pid, command[0], NULL, NULL, command, environ))
			errx(1, "%s can't be started", command[0]);
		if (waitpid(pid, &status, 0) != pid || status)
			errx(1, "%s failed", command[0]);
		spent += now_ns() - start;
	}
	print_result((double)spent / count);
	return 0;
}
