/*
 * mapping_rows.c - the region's table of mappings: one for each kind and name, however often
 * mapped.
 */
#include "memory/mapping_rows.h"

#include "abi/counter.h"
#include "span/intern.h"

#include <string.h>

#define SLOTS 8192

static const char deleted[] = " (deleted)";

static struct intern rows;

struct key {
	enum mapping_kind kind;
	bool is_shared;
	const char *name;
	size_t bytes;
};

struct mapping *mapping_at(uint32_t row)
{
	return live_at(&live.region->mappings, row);
}

static bool same(uint32_t index, const void *wanted)
{
	const struct key *key = wanted;
	const struct mapping *mapping = mapping_at(index);
	return mapping->kind == key->kind && mapping->is_shared == key->is_shared &&
	       mapping->name.bytes == key->bytes &&
	       memcmp((char *)live.region + mapping->name.at, key->name, key->bytes) == 0;
}

static bool make(const void *wanted, uint32_t *index)
{
	const struct key *key = wanted;
	struct text name = live_text(key->name, key->bytes);
	struct mapping *mapping =
	    name.bytes == key->bytes ? live_append(&live.region->mappings, index) : NULL;
	if (!mapping)
		return false;
	mapping->kind = key->kind;
	mapping->is_shared = key->is_shared;
	mapping->name = name;
	__atomic_store_n(&mapping->ready, 1, __ATOMIC_RELEASE);
	return true;
}

bool mapping_rows_init(void)
{
	return intern_init(&rows, SLOTS);
}

void mapping_rows_forget(void)
{
	intern_forget(&rows);
}

/* A file keeps its row when it is removed while it is mapped. */
static size_t without_deleted(const char *name, size_t bytes)
{
	const size_t n = sizeof(deleted) - 1;
	return bytes > n && memcmp(name + bytes - n, deleted, n) == 0 ? bytes - n : bytes;
}

uint32_t mapping_row(enum mapping_kind kind, bool is_shared, const char *name, size_t bytes)
{
	struct key key = {kind, is_shared, name, without_deleted(name, bytes)};
	uint64_t hash = INTERN_HASH_START ^ (uint64_t)kind << 1 ^ is_shared;
	hash = intern_hash(hash, key.name, key.bytes);
	uint32_t row = intern_find(&rows, hash, &key, same, make, ROW_NONE);
	if (row == ROW_NONE)
		counter_add_shared(&live.region->mappings_folded, 1);
	return row;
}

uint32_t mapping_row_of_kind(enum mapping_kind kind)
{
	static const char *const name[MAPPING_KINDS] = {
	    [MAPPING_ANONYMOUS] = "(anonymous)",
	    [MAPPING_HEAP] = "[heap]",
	    [MAPPING_STACK] = "[stack]",
	    [MAPPING_THREAD_STACK] = "(thread stacks)",
	    [MAPPING_SHARED_ANONYMOUS] = "(shared anonymous)",
	};
	return mapping_row(kind, kind == MAPPING_SHARED_ANONYMOUS, name[kind], strlen(name[kind]));
}

static enum mapping_kind kind_of(enum kind kind)
{
	switch (kind) {
	case KIND_TMPFS:
		return MAPPING_TMPFS;
	case KIND_MEMFD:
		return MAPPING_MEMFD;
	case KIND_SYSV_SHM:
		return MAPPING_SYSV_SHM;
	default:
		return MAPPING_FILE;
	}
}

uint32_t mapping_row_of_object(object_ref reference, bool is_shared, enum mapping_kind *kind)
{
	uint32_t index = OBJECT_INDEX(reference);
	/* Memory without a file is mapped by it too (drivers/char/mem.c, mmap_zero). */
	if (OBJECT_KIND(reference) == KIND_DEV_ZERO) {
		*kind = is_shared ? MAPPING_SHARED_ANONYMOUS : MAPPING_ANONYMOUS;
		return mapping_row_of_kind(*kind);
	}
	if (index < OBJECT_FIRST)
		return ROW_NONE;
	const struct object *object = live_at(&live.region->objects, index);
	*kind = kind_of(OBJECT_KIND(reference));
	return mapping_row(*kind, is_shared, (char *)live.region + object->name.at,
			   object->name.bytes);
}

void mapping_row_mapped(uint32_t row, uint64_t times, uint64_t bytes)
{
	if (row == ROW_NONE)
		return;
	counter_add_shared(&mapping_at(row)->maps, times);
	counter_add_shared(&mapping_at(row)->mapped_bytes, bytes);
}
