/*
 * many_stacks.c - four thousand stacks, and a byte written to as many places of a file: none is folded.
 *
 * EXPECT call pwrite: calls=4096 returned=4096 from_user=4096
 * EXPECT coverage: stacks_folded=0 cells_folded=0 stacks_skipped=0
 */
#include "branches.h"
#include "must.h"
#include <fcntl.h>

static int fd;

static void at_the_end(int number)
{
	gives(pwrite(fd, "a", 1, number), 1);
}

int main(int argc, char **argv)
{
	fd = must(open(argv[1], O_CREAT | O_WRONLY, 0600));
	for (int i = 0; i < 4096; i++)
		left(i, 12);
	return 0;
}
