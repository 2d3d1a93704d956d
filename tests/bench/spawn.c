/* spawn.c - starts a program again and again: spawn COUNT VARIABLE=VALUE... -- PROGRAM... */
#include "bench.h"

#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv)
{
	long count = argc > 1 ? atol(argv[1]) : 0;
	int i = 2;

	for (; i < argc && strcmp(argv[i], "--"); i++)
		putenv(argv[i]);
	if (count < 1 || i + 1 >= argc)
		errx(1, "usage: spawn COUNT VARIABLE=VALUE... -- PROGRAM...");
	char **command = argv + i + 1;

	uint64_t start = now_ns();
	for (long k = 0; k < count; k++) {
		pid_t pid;
		int status;
		if (posix_spawnp(&pid, command[0], NULL, NULL, command, environ))
			errx(1, "%s can't be started", command[0]);
		if (waitpid(pid, &status, 0) != pid || status)
			errx(1, "%s failed", command[0]);
	}
	print_result((double)(now_ns() - start) / count);
	return 0;
}
