/* malloced.c - libpieces.so, version 1 with malloc and free. */
#include "../io.h"
#include "pieces.h"

void pieces_of(int fd, piece_user *use, void *with)
{
	ssize_t n;

	do {
		char *piece = malloc(PIECE);
		if (!piece)
			err(1, "malloc");
		n = read(fd, piece, PIECE);
		if (n > 0)
			use(piece, n, with);
		free(piece);
	} while (n > 0);
	if (n < 0)
		err(1, "read");
}
