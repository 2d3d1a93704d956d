/* spawn.c - runs another program by posix_spawn: spawn SIZE PROGRAM. */
#include "buffer.h"

#include <spawn.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: spawn SIZE PROGRAM");
	touched_buffer(size_argument(argv[1]));

	errno = posix_spawnp(NULL, argv[2], NULL, NULL, argv + 2, environ);
	if (errno)
		err(1, "%s", argv[2]);
	wait_for_children();
	leave();
}
