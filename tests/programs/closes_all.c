/*
 * closes_all.c - closes its standard descriptors, opens a file in their place, and ends: the file stays as it was.
 *
 * EXPECT call write: calls=1 returned=5 from_user=5
 */
#include "must.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
	must(close(0));
	must(close(1));
	must(close(2));
	for (int i = 0; i < 3; i++)
		gives(open(argv[1], O_RDWR | O_CREAT | O_APPEND, 0600), i);
	gives(write(1, "mine\n", 5), 5);
	return 0;
}
