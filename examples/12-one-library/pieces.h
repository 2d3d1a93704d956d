/* pieces.h - a library that hands out a file in pieces of 1 MiB. */
#ifndef PIECES_H
#define PIECES_H

#include <stddef.h>

#define PIECE (1 << 20)

typedef void piece_user(const char *piece, size_t size, void *with);

/* Each piece is there until its user returns. */
void pieces_of(int fd, piece_user *use, void *with);

#endif
