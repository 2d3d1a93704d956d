/*
 * arena.h - memory that is given back all at once, when its owner is closed.
 */
#ifndef VIEWER_ARENA_H
#define VIEWER_ARENA_H

#include <stddef.h>

struct arena_block;
struct arena {
	struct arena_block *newest;
};

/* Zeroed memory; never NULL: where there is none left, the viewer ends with one line and code 2. */
void *arena_take(struct arena *arena, size_t bytes) __attribute__((returns_nonnull));
void *arena_take_array(struct arena *arena, size_t count, size_t bytes)
    __attribute__((returns_nonnull));
void arena_close(struct arena *arena);

/* What was in `from` now lives as long as the other. */
void arena_steal(struct arena *arena, struct arena *from);

char *arena_copy(struct arena *arena, const char *text, size_t bytes);
char *arena_string(struct arena *arena, const char *text);
char *arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Makes room for one more item behind `count` of them and returns where the
 * items are now. Room doubles, so the old places stay behind as waste.
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t bytes);

#endif
