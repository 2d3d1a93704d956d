/*
 * consume.c - consumes what an unrelated process produces: consume MECHANISM NAME. It closes its
 * output when there is something by that name, and the producer may come.
 */
#include "ipc.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: consume MECHANISM NAME");
	const struct mechanism *mechanism = mechanism_named(argv[1], NAMED);

	give_up_after_a_minute();
	mechanism->make(argv[2]);
	remove_at_exit(mechanism, argv[2]);
	close(STDOUT_FILENO);
	mechanism->consume(argv[2]);
	return 0;
}
