/*
 * descriptors.c - the program's descriptors are its own: the first is the lowest free one, and none is ours.
 *
 * The argument says which of 0, 1 and 2 are open at the start.
 */
#include "must.h"
#include <fcntl.h>
#include <sys/wait.h>

/* As the kernel knows them, not as a wrapper tells it. */
static void only_these_are_open(int least, int most)
{
	for (int fd = least; fd < 4096; fd++)
		gives(syscall(SYS_fcntl, fd, F_GETFD) >= 0, fd <= most);
}

int main(int argc, char **argv)
{
	char buffer[10];
	int first = atoi(argv[1]);
	only_these_are_open(first, first - 1);
	gives(open("/dev/zero", O_RDONLY), first);
	gives(read(first, buffer, 10), 10);
	gives(open("/dev/null", O_WRONLY), first + 1);
	gives(write(first + 1, buffer, 10), 10);
	free(malloc(100));
	only_these_are_open(first, first + 1);
	pid_t pid = must(fork());
	int status;
	if (!pid) {
		only_these_are_open(first, first + 1);
		gives(read(first, buffer, 10), 10);
		gives(open("/dev/null", O_WRONLY), first + 2);
		only_these_are_open(first, first + 2);
		return 0;
	}
	must(waitpid(pid, &status, 0));
	gives(status, 0);
	only_these_are_open(first, first + 1);

	/* As a daemon does it. */
	for (int fd = 0; fd < 4096; fd++)
		close(fd);
	gives(open("/dev/zero", O_RDONLY), 0);
	gives(read(0, buffer, 10), 10);
	only_these_are_open(0, 0);
	return 0;
}
