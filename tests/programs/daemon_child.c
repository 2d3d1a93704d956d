/*
 * daemon_child.c - daemon() forks inside libc; the child that goes on has a trace of its own.
 *
 * The parent ends inside daemon(), unseen, and leaves its live region.
 *
 * EXPECT (child) call read: calls=1 returned=300 zero_filled=300
 * EXPECT (child) totals: returned=300 zero_filled=300
 */
#include "must.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
	char buffer[300];
	int zero = must(open("/dev/zero", O_RDONLY));
	gives(read(zero, buffer, 200), 200);
	must(daemon(1, 1));
	gives(read(zero, buffer, 300), 300);
	must(rename(argv[1], argv[2]));
	return 0;
}
