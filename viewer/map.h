/*
 * map.h - numbers things by their bytes: the first one is 0, one seen before keeps its number.
 */
#ifndef VIEWER_MAP_H
#define VIEWER_MAP_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_entry;
struct map {
	struct map_entry **buckets;
	size_t bucket_count, count;
};

/* The number of the key; `fresh` tells whether it is a new one. The key's bytes are copied. */
size_t map_number(struct map *map, struct arena *arena, const void *key, size_t bytes, bool *fresh);

/* The one copy that the map keeps of a text; all its keys are to be made by this. */
const char *map_text(struct map *map, struct arena *arena, const char *text);

/* The number of the key, or SIZE_MAX. */
size_t map_find(const struct map *map, const void *key, size_t bytes);

#endif
