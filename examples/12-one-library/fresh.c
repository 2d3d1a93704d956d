/* fresh.c - libpieces.so, version 1: takes memory for each piece, and gives it back. */
#include "../io.h"
#include "pieces.h"

#include <sys/mman.h>

static char *take_piece(void)
{
	char *piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (piece == MAP_FAILED)
		err(1, "mmap");
	return piece;
}

void pieces_of(int fd, piece_user *use, void *with)
{
	ssize_t n;

	do {
		char *piece = take_piece();
		n = read(fd, piece, PIECE);
		if (n > 0)
			use(piece, n, with);
		munmap(piece, PIECE);
	} while (n > 0);
	if (n < 0)
		err(1, "read");
}
