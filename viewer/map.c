/*
 * map.c - numbers things by their bytes, with a hash table of chains.
 */
#include "map.h"

#include <string.h>

struct map_entry {
	struct map_entry *next;
	uint64_t hash;
	size_t number, bytes;
	char key[];
};

/* FNV-1a, 64 bit: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_of(const unsigned char *key, size_t bytes)
{
	uint64_t hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < bytes; i++)
		hash = (hash ^ key[i]) * 0x100000001b3;
	return hash ^ hash >> 29;
}

static struct map_entry *find(const struct map *map, const void *key, size_t bytes, uint64_t hash)
{
	if (!map->bucket_count)
		return NULL;
	struct map_entry *entry = map->buckets[hash & (map->bucket_count - 1)];
	for (; entry; entry = entry->next)
		if (entry->hash == hash && entry->bytes == bytes && !memcmp(entry->key, key, bytes))
			return entry;
	return NULL;
}

static void grow(struct map *map, struct arena *arena)
{
	size_t count = map->bucket_count ? map->bucket_count * 4 : 64;
	struct map_entry **buckets = arena_take_array(arena, count, sizeof(struct map_entry *));

	for (size_t i = 0; i < map->bucket_count; i++) {
		for (struct map_entry *entry = map->buckets[i], *next; entry; entry = next) {
			next = entry->next;
			entry->next = buckets[entry->hash & (count - 1)];
			buckets[entry->hash & (count - 1)] = entry;
		}
	}
	map->buckets = buckets;
	map->bucket_count = count;
}

static struct map_entry *entry_of(struct map *map, struct arena *arena, const void *key,
				  size_t bytes, bool *fresh)
{
	uint64_t hash = hash_of(key, bytes);
	struct map_entry *entry = find(map, key, bytes, hash);

	*fresh = !entry;
	if (entry)
		return entry;
	if (map->count >= map->bucket_count)
		grow(map, arena);
	entry = arena_take(arena, sizeof(*entry) + bytes);
	entry->hash = hash;
	entry->number = map->count++;
	entry->bytes = bytes;
	memcpy(entry->key, key, bytes);
	struct map_entry **bucket = &map->buckets[hash & (map->bucket_count - 1)];
	entry->next = *bucket;
	*bucket = entry;
	return entry;
}

size_t map_number(struct map *map, struct arena *arena, const void *key, size_t bytes, bool *fresh)
{
	return entry_of(map, arena, key, bytes, fresh)->number;
}

const char *map_text(struct map *map, struct arena *arena, const char *text)
{
	bool fresh;
	return entry_of(map, arena, text, strlen(text) + 1, &fresh)->key;
}

size_t map_find(const struct map *map, const void *key, size_t bytes)
{
	const struct map_entry *entry = find(map, key, bytes, hash_of(key, bytes));
	return entry ? entry->number : SIZE_MAX;
}
