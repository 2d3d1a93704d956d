/*
 * daemon.c - daemon WAY FILE ROOT: becomes a daemon in the ways that the words name, reads zeros, writes to the file
 * a byte for each word, and ends with 5.
 */
#include "must.h"
#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>

#define NOBODY 65534

static void leave(void)
{
	if (must(fork()))
		_exit(0);
	must(setsid());
	if (must(fork()))
		_exit(0);
	must(chdir("/"));
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
}

static void become_nobody(void)
{
	must(setgroups(0, NULL));
	must(setresgid(NOBODY, NOBODY, NOBODY));
	must(setresuid(NOBODY, NOBODY, NOBODY));
}

int main(int argc, char **argv)
{
	const char *way = argv[1];
	char zeros[1000];
	size_t words = 1;
	for (const char *c = way; *c; c++)
		words += *c == ' ';
	leave();
	int done = must(open(argv[2], O_WRONLY | O_CREAT, 0666));
	int zero = must(open("/dev/zero", O_RDONLY));
	if (strstr(way, "chroot")) {
		must(chroot(argv[3]));
		must(chdir("/"));
	}
	if (strstr(way, "nobody"))
		become_nobody();
	gives(read(zero, zeros, 1000), 1000);
	if (strstr(way, "fork")) {
		pid_t pid = must(fork());
		if (pid) {
			gives(waitpid(pid, NULL, 0), pid);
			gives(write(done, "....", words), words);
			_exit(6);
		}
		exit(5);
	}
	gives(write(done, "....", words), words);
	return 5;
}
