/*
 * intern.c - finds a record of the region by its content, or makes it; without locks.
 */
#include "span/intern.h"

#include "abi/raw.h"

#include <sys/mman.h>

/* How far to look from the place that the hash gives, before giving up. */
#define PROBES 64

static size_t bytes_of(const struct intern *intern)
{
	return (INTERN_NEAR_SLOTS + intern->slots) * sizeof(*intern->slot);
}

bool intern_init(struct intern *intern, uint32_t slots)
{
	intern->slots = slots;
	intern->slot = raw_mmap(NULL, bytes_of(intern), PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return intern->slot != NULL;
}

void intern_forget(struct intern *intern)
{
	raw_zero_pages(intern->slot, bytes_of(intern));
}

uint32_t intern_find(struct intern *intern, uint64_t hash, const void *key,
		     bool (*same)(uint32_t index, const void *key),
		     bool (*make)(const void *key, uint32_t *index), uint32_t full)
{
	uint32_t made = 0;
	hash ^= hash >> 32;
	for (uint32_t probe = 0; probe < PROBES; probe++) {
		uint32_t *slot = &intern->slot[intern_place(hash, probe, intern->slots)];
		uint32_t there = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
		if (!there) {
			if (!made && !make(key, &made))
				return full;
			if (__atomic_compare_exchange_n(slot, &there, made + 1, false,
							__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
				return made;
		}
		if (same(there - 1, key))
			return there - 1;
	}
	return full;
}

uint64_t intern_hash(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *byte = bytes;
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3;
	return hash;
}
