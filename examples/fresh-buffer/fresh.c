/* fresh.c - reads a file in pieces of 1 MiB, each into memory that it takes and gives back: fresh
 * FILE. */
#include "pieces.h"

int main(int argc, char **argv)
{
	int fd = open_file(argc, argv);
	ssize_t n;

	do {
		void *piece = take_piece();
		n = read_piece(fd, piece);
		munmap(piece, PIECE);
	} while (n > 0);
	return 0;
}
