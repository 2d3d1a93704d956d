/*
 * images.c - a program that becomes another by exec leaves a trace for each image, numbered.
 *
 * EXPECT processes: processes=2
 * EXPECT (image0) call write: calls=1 returned=100 discarded=100
 * EXPECT (image0) call $CALL: calls=2 errors=1 crossings=any
 * EXPECT (image0) exit: how=exec
 * EXPECT (image1) call write: calls=1 returned=200 discarded=200
 * EXPECT (image1) totals: returned=200 discarded=200
 * EXPECT (image1) exit: how=exit status=0
 */
#include "must.h"
#include <fcntl.h>

extern char **environ;

int main(int argc, char **argv)
{
	static char buffer[200];
	char *again[] = {argv[0], (char *)"again", NULL}, *nothing[] = {NULL};
	int fd = must(open("/dev/null", O_WRONLY));
	if (strcmp(argv[1], "again") == 0) {
		gives(write(fd, buffer, 200), 200);
		return 0;
	}
	gives(write(fd, buffer, 100), 100);
	must(close(fd));

	/* One that fails must leave everything as it was. */
	if (!strcmp(argv[1], "execve")) {
		fails(execve("/nowhere", again, environ), ENOENT);
		execve(argv[0], again, environ);
	} else if (!strcmp(argv[1], "execv")) {
		fails(execv("/nowhere", again), ENOENT);
		execv(argv[0], again);
	} else if (!strcmp(argv[1], "execvp")) {
		fails(execvp("no-such-program", again), ENOENT);
		execvp(argv[0], again);
	} else if (!strcmp(argv[1], "execvpe")) {
		fails(execvpe("no-such-program", again, nothing), ENOENT);
		execvpe(argv[0], again, nothing);
	} else if (!strcmp(argv[1], "execl")) {
		fails(execl("/nowhere", argv[0], "again", NULL), ENOENT);
		execl(argv[0], argv[0], "again", NULL);
	} else if (!strcmp(argv[1], "execlp")) {
		fails(execlp("no-such-program", argv[0], "again", NULL), ENOENT);
		execlp(argv[0], argv[0], "again", NULL);
	} else if (!strcmp(argv[1], "execle")) {
		fails(execle("/nowhere", argv[0], "again", NULL, nothing), ENOENT);
		execle(argv[0], argv[0], "again", NULL, nothing);
	} else if (!strcmp(argv[1], "fexecve")) {
		fails(fexecve(100, again, nothing), EBADF);
		fexecve(must(open(argv[0], O_RDONLY)), again, nothing);
	} else if (!strcmp(argv[1], "execveat")) {
		fails(execveat(AT_FDCWD, "/nowhere", again, nothing, 0), ENOENT);
		execveat(AT_FDCWD, argv[0], again, nothing, 0);
	}
	complain(__FILE__, __LINE__, argv[1], -1);
	return 1;
}
