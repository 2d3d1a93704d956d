/*
 * limited.c - takes away what a process may have, and goes on: descriptors, file sizes,
 * address space, privileges, the file system.
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
	else if (!strcmp(argv[1], "address-space"))
		must(setrlimit(RLIMIT_AS, &(struct rlimit){1 << 20, 1 << 20}));
	else if (!strcmp(argv[1], "privileges"))
		must(setuid(65534));
	else if (!strcmp(argv[1], "root-directory"))
		must(chroot(argv[2]) | chdir("/"));
	else
		must(chdir(argv[1]));
	gives(read(zero, buffer, 10), 10);
	must(clearenv());
	puts("unharmed");
	return 0;
}
