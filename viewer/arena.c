/*
 * arena.c - memory that is given back all at once.
 */
#include "arena.h"

#include "complain.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 65536

struct arena_block {
	struct arena_block *older;
	size_t used, bytes;
	_Alignas(max_align_t) char memory[];
};

static struct arena_block *add_block(struct arena *arena, size_t bytes)
{
	struct arena_block *block;
	if (bytes > SIZE_MAX - sizeof(*block) || !(block = calloc(1, sizeof(*block) + bytes)))
		die("out of memory");
	block->bytes = bytes;
	block->older = arena->newest;
	arena->newest = block;
	return block;
}

void *arena_take(struct arena *arena, size_t bytes)
{
	const size_t alignment = _Alignof(max_align_t);
	struct arena_block *block = arena->newest;

	if (bytes > SIZE_MAX / 2)
		die("out of memory");
	bytes = (bytes + alignment - 1) / alignment * alignment;
	if (!block || bytes > block->bytes - block->used)
		block = add_block(arena, bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES);
	void *memory = block->memory + block->used;
	block->used += bytes;
	return memory;
}

void *arena_take_array(struct arena *arena, size_t count, size_t bytes)
{
	size_t total;
	if (__builtin_mul_overflow(count, bytes, &total))
		die("out of memory");
	return arena_take(arena, total);
}

void arena_steal(struct arena *arena, struct arena *from)
{
	struct arena_block **last = &from->newest;
	while (*last)
		last = &(*last)->older;
	*last = arena->newest;
	arena->newest = from->newest;
	from->newest = NULL;
}

void arena_close(struct arena *arena)
{
	while (arena->newest) {
		struct arena_block *older = arena->newest->older;
		free(arena->newest);
		arena->newest = older;
	}
}

char *arena_copy(struct arena *arena, const char *text, size_t bytes)
{
	char *copy = arena_take(arena, bytes + 1);
	memcpy(copy, text, bytes);
	return copy;
}

char *arena_string(struct arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text));
}

char *arena_print(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	int n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0)
		die("out of memory");
	char *copy = arena_copy(arena, text, n);
	free(text);
	return copy;
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t bytes)
{
	if (count & (count - 1) || (count && count < 8))
		return items;
	void *grown = arena_take_array(arena, count ? count * 2 : 8, bytes);
	if (count)
		memcpy(grown, items, count * bytes);
	return grown;
}
