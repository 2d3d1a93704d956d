/* fork_exec.c - runs another program by fork and exec: fork_exec SIZE PROGRAM. */
#include "buffer.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: fork_exec SIZE PROGRAM");
	touched_buffer(size_argument(argv[1]));

	if (!must_fork()) {
		execlp(argv[2], argv[2], NULL);
		err(1, "%s", argv[2]);
	}
	wait_for_children();
	leave();
}
