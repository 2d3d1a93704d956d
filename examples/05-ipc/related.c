/* related.c - a child produces and its parent consumes: related MECHANISM. */
#include "ipc.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: related MECHANISM");
	const struct mechanism *mechanism = mechanism_named(argv[1], RELATED);

	give_up_after_a_minute();
	mechanism->make(NULL);
	producer = fork();
	if (producer < 0)
		err(1, "fork");
	if (producer == 0) {
		give_up_after_a_minute();
		mechanism->produce(NULL);
		return 0;
	}
	remove_at_exit(mechanism, NULL);
	mechanism->consume(NULL);
	wait_for_children();
	return 0;
}
