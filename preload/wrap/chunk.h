/*
 * chunk.h - what glibc's malloc keeps in the word before a block (malloc/malloc.c): its size, and
 * flags.
 */
#ifndef WRAP_CHUNK_H
#define WRAP_CHUNK_H

#include <stddef.h>

#define CHUNK_MAPPED ((size_t)2)
#define CHUNK_FLAGS  ((size_t)7)

#define CHUNK_HEAD(p) (((const size_t *)(p))[-1])

#endif
