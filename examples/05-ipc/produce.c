/* produce.c - produces what `consume` is to get: produce MECHANISM NAME. */
#include "ipc.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: produce MECHANISM NAME");
	const struct mechanism *mechanism = mechanism_named(argv[1], NAMED);

	give_up_after_a_minute();
	mechanism->produce(argv[2]);
	return 0;
}
