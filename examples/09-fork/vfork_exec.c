/* vfork_exec.c - runs another program by vfork and exec: vfork_exec SIZE PROGRAM. */
#include "buffer.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: vfork_exec SIZE PROGRAM");
	touched_buffer(size_argument(argv[1]));

	pid_t pid = vfork();
	if (!pid) { /* on the parent's stack */
		execlp(argv[2], argv[2], NULL);
		_exit(127);
	}
	if (pid < 0)
		err(1, "vfork");
	wait_for_children();
	leave();
}
