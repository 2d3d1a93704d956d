/* fork_nothing.c - forks a child that exits at once: fork_nothing SIZE. */
#include "buffer.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: fork_nothing SIZE");
	touched_buffer(size_argument(argv[1]));

	if (!must_fork())
		leave();
	wait_for_children();
	leave();
}
