/*
 * many_stacks.c - four thousand stacks, and a byte written to as many places of a file: none is folded.
 *
 * EXPECT call pwrite: calls=4096 returned=4096 from_user=4096
 * EXPECT coverage: stacks_folded=0 cells_folded=0 stacks_skipped=0
 */
#include "must.h"
#include <fcntl.h>

static int fd;

static void left(int number, int depth);
static void right(int number, int depth);

/* Each bit of the number decides from where the next is called. Inlined, so that there are two places. */
static inline __attribute__((always_inline)) void call_next(int number, int depth)
{
	if (depth == 0)
		gives(pwrite(fd, "a", 1, number), 1);
	else if (number >> (depth - 1) & 1)
		left(number, depth - 1);
	else
		right(number, depth - 1);
	__asm__ volatile(""); /* no tail call */
}

static __attribute__((noinline)) void left(int number, int depth)
{
	call_next(number, depth);
}

static __attribute__((noinline)) void right(int number, int depth)
{
	call_next(number, depth);
}

int main(int argc, char **argv)
{
	fd = must(open(argv[1], O_CREAT | O_WRONLY, 0600));
	for (int i = 0; i < 4096; i++)
		left(i, 12);
	return 0;
}
