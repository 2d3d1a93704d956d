/*
 * many_rows.c - a hundred thousand files, each written from a stack of its own.
 *
 * EXPECT call write: calls=100000 returned=300000 from_user=300000
 * EXPECT call open: calls=100000
 * EXPECT call close: calls=100000
 * EXPECT totals: returned=300000 from_user=300000
 */
#include "branches.h"
#include "must.h"
#include <fcntl.h>

static const char *directory;

static void at_the_end(int number)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%d", directory, number);
	int fd = must(open(path, O_CREAT | O_WRONLY, 0600));
	gives(write(fd, "abc", 3), 3);
	must(close(fd));
	must(unlink(path));
}

int main(int argc, char **argv)
{
	directory = argv[1];
	for (int i = 0; i < 100000; i++)
		left(i, 17);
	return 0;
}
