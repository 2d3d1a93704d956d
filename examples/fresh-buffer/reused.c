/* reused.c - reads a file in pieces of 1 MiB, all into the same memory: reused FILE. */
#include "pieces.h"

int main(int argc, char **argv)
{
	int fd = open_file(argc, argv);
	void *piece = take_piece();

	while (read_piece(fd, piece) > 0)
		;
	return 0;
}
