/*
 * limited.c - takes away what a process may have, and goes on: descriptors, file sizes, the working directory.
 */
#include "must.h"
#include <fcntl.h>
#include <sys/resource.h>

int main(int argc, char **argv)
{
	char buffer[10];
	int zero = must(open("/dev/zero", O_RDONLY));
	if (!strcmp(argv[1], "nofile"))
		must(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0}));
	else if (!strcmp(argv[1], "fsize"))
		must(setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, 0}));
	else
		must(chdir(argv[1]));
	gives(read(zero, buffer, 10), 10);
	must(clearenv());
	puts("unharmed");
	return 0;
}
