/* pieces.c - what is produced and consumed, and how streams carry it. */
#include "ipc.h"

enum { WORDS = PIECE / sizeof(uint32_t) };

/* Word 0 of piece 0 is 0, and each word is the one before and 1. */
void fill_piece(void *piece, unsigned number)
{
	uint32_t *words = piece;

	for (unsigned i = 0; i < WORDS; i++)
		words[i] = number * WORDS + i;
}

void check_piece(const void *piece, unsigned number)
{
	const uint32_t *words = piece;
	uint64_t sum = 0, first = (uint64_t)number * WORDS;

	for (unsigned i = 0; i < WORDS; i++)
		sum += words[i];
	if (sum != WORDS * first + WORDS * (WORDS - 1) / 2)
		errx(1, "piece %u isn't what was produced", number);
}

void write_pieces(int to)
{
	static char piece[PIECE];

	for (unsigned i = 0; i < PIECES; i++) {
		fill_piece(piece, i);
		write_all(to, piece, PIECE);
	}
}

/* A read from a stream may bring less than it asked for. */
static void read_piece(int from, char *piece)
{
	ssize_t n;

	for (size_t done = 0; done < PIECE; done += n) {
		n = read(from, piece + done, PIECE - done);
		if (n < 0)
			err(1, "read");
		if (n == 0)
			errx(1, "the producer ended early");
	}
}

void read_pieces(int from)
{
	static char piece[PIECE];

	for (unsigned i = 0; i < PIECES; i++) {
		read_piece(from, piece);
		check_piece(piece, i);
	}
}
