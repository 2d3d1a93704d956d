/*
 * reader.c - waits until the writer has written, reads every page of one part of libcounter.so's
 * data, and prints the first int of it.
 *
 * usage: reader data|zeros|constants|shared
 */
#include "counter.h"

#include <stdio.h>

static const struct part *part_named(const char *name)
{
	if (!strcmp(name, "data"))
		return &data;
	if (!strcmp(name, "zeros"))
		return &zeros;
	if (!strcmp(name, "constants"))
		return &constants;
	if (!strcmp(name, "shared"))
		return shared_part();
	errx(2, "there is no part '%s'", name);
}

int main(int argc, char **argv)
{
	const struct part *part;

	if (argc != 2)
		errx(2, "usage: reader data|zeros|constants|shared");
	wait_for_turn();
	part = part_named(argv[1]);
	read_pages(part, sizeof(*part));
	printf("the reader sees %d\n", part->counter);
	return 0;
}
