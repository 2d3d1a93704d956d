/*
 * many_rows.c - a hundred thousand files, each written from a stack of its own.
 *
 * EXPECT call write: calls=100000 returned=300000 from_user=300000
 * EXPECT call open: calls=100000
 * EXPECT call close: calls=100000
 * EXPECT totals: returned=300000 from_user=300000
 */
#include "must.h"
#include <fcntl.h>

static const char *directory;

static void write_file(int number)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%d", directory, number);
	int fd = must(open(path, O_CREAT | O_WRONLY, 0600));
	gives(write(fd, "abc", 3), 3);
	must(close(fd));
	must(unlink(path));
}

static void left(int number, int depth);
static void right(int number, int depth);

/* Each bit of the number decides from where the next is called. Inlined, so that there are two places. */
static inline __attribute__((always_inline)) void call_next(int number, int depth)
{
	if (depth == 0)
		write_file(number);
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
	directory = argv[1];
	for (int i = 0; i < 100000; i++)
		left(i, 17);
	return 0;
}
