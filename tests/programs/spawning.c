/*
 * spawning.c - another program, started in every way there is, is traced too, and the parent's
 * trace stays whole.
 *
 * EXPECT processes: processes=2
 * EXPECT (parent) call write: calls=2 returned=100+50 discarded=100+50
 * EXPECT (parent) totals: returned=150 discarded=150
 * EXPECT (parent) exit: how=exit status=0
 * EXPECT (spawned) call write: calls=1 returned=200 discarded=200
 * EXPECT (spawned) totals: returned=200 discarded=200
 */
#include "must.h"
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv)
{
	static char buffer[200];
	char *child[] = {argv[0], (char *)"child", NULL}, *nothing[] = {NULL};
	pid_t pid = 0;
	int status = 0, fd = must(open("/dev/null", O_WRONLY));
	if (!strcmp(argv[1], "child")) {
		gives(write(fd, buffer, 200), 200);
		return 0;
	}

	gives(write(fd, buffer, 100), 100);
	if (!strcmp(argv[1], "vfork")) {
		pid = must(vfork());
		if (!pid) {
			execv(argv[0], child);
			_exit(98);
		}
	} else if (!strcmp(argv[1], "vfork-empty-environment")) {
		pid = must(vfork());
		if (!pid) {
			execve(argv[0], child, nothing);
			_exit(98);
		}
	} else if (!strcmp(argv[1], "posix_spawn")) {
		gives(posix_spawn(&pid, argv[0], NULL, NULL, child, environ), 0);
	} else if (!strcmp(argv[1], "posix_spawnp")) {
		gives(posix_spawnp(&pid, argv[0], NULL, NULL, child, environ), 0);
	}
	if (pid) {
		gives(waitpid(pid, &status, 0), pid);
	} else if (!strncmp(argv[1], "vfork-exit", 10)) {
		/* A vfork whose child doesn't execute anything, or fails to, then a program. */
		pid = must(vfork());
		if (!pid) {
			if (argv[1][10])
				execv("/nowhere", child);
			_exit(7);
		}
		gives(waitpid(pid, &status, 0), pid);
		gives(WEXITSTATUS(status), 7);
		posix_spawn(&pid, argv[0], NULL, NULL, child, environ);
		gives(waitpid(pid, &status, 0), pid);
	}
	gives(status, 0);
	gives(write(fd, buffer, 50), 50);
	return 0;
}
