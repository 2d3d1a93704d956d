/* related.c - a child produces and its parent consumes: related MECHANISM [NAME]. Without a name it
 * is inherited. */
#include "ipc.h"

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 3)
		errx(2, "usage: related MECHANISM [NAME]");
	const char *name = argv[2];
	const struct mechanism *mechanism = mechanism_named(argv[1], name ? NAMED : INHERITED);

	give_up_after_a_minute();
	mechanism->make(name);
	producer = must_fork();
	if (producer == 0) {
		give_up_after_a_minute();
		mechanism->produce(name);
		return 0;
	}
	remove_at_exit(mechanism, name);
	mechanism->consume(name);
	wait_for_children();
	return 0;
}
