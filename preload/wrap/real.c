/*
 * real.c - the functions behind the wrappers: the next definition in the order of the loader.
 *
 * A process has some 250 of them to find before it can begin. dlsym() would, and
 * where anything is unusual does; but it takes a lock and the caller's place
 * each time, and that would be a tenth of the life of a short process. So the
 * loader's tables are searched here, as the System V ABI has them and GNU hash
 * tables are (binutils, bfd/elflink.c).
 */
#include "wrap/real.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KEPT_MOST      64
#define VERSION_HIDDEN 0x8000 /* not what a new program would be linked with */

extern ElfW(Dyn) _DYNAMIC[] __attribute__((visibility("hidden")));

static long missing(void)
{
	errno = ENOSYS;
	return -1;
}

struct symbols {
	const ElfW(Sym) * symbol;
	const char *strings;
	const uint32_t *hash; /* counts, then the tables that they are of */
	const uint16_t *version;
};

/* The loader relocates the addresses in a library's dynamic section, unless that is read-only. */
static bool find_tables(const struct link_map *map, struct symbols *symbols)
{
	*symbols = (struct symbols){0};
	for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
		uintptr_t address = entry->d_un.d_ptr;
		const void *at =
		    (const void *)(address < map->l_addr ? address + map->l_addr : address);
		if (entry->d_tag == DT_SYMTAB)
			symbols->symbol = at;
		else if (entry->d_tag == DT_STRTAB)
			symbols->strings = at;
		else if (entry->d_tag == DT_GNU_HASH)
			symbols->hash = at;
		else if (entry->d_tag == DT_VERSYM)
			symbols->version = at;
	}
	return symbols->symbol && symbols->strings && symbols->hash;
}

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 5381;
	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash;
}

static const ElfW(Sym) * find_symbol(const struct symbols *symbols, const char *name, uint32_t hash)
{
	uint32_t buckets = symbols->hash[0], first = symbols->hash[1];
	uint32_t words = symbols->hash[2], shift = symbols->hash[3];
	const uint64_t *bloom = (const uint64_t *)(symbols->hash + 4);
	const uint32_t *bucket = (const uint32_t *)(bloom + words);
	const uint32_t *chain = bucket + buckets;

	uint64_t word = bloom[hash / 64 % words];
	if (!(word >> (hash % 64) & word >> ((hash >> shift) % 64) & 1))
		return NULL;
	uint32_t i = bucket[hash % buckets];
	if (i < first)
		return NULL;
	for (;; i++) {
		const ElfW(Sym) *symbol = &symbols->symbol[i];
		bool hidden = symbols->version && symbols->version[i] & VERSION_HIDDEN;
		if ((chain[i - first] | 1) == (hash | 1) && symbol->st_shndx != SHN_UNDEF &&
		    !hidden && strcmp(symbols->strings + symbol->st_name, name) == 0)
			return symbol;
		if (chain[i - first] & 1)
			return NULL;
	}
}

struct library {
	struct symbols symbols;
	uintptr_t bias;
	bool searchable;
};

/* Those behind this one, while none comes or goes. */
static struct library kept[KEPT_MOST];
static unsigned kept_count;

static const struct link_map *next_library(const struct link_map *map)
{
	/* The kernel's own library has none of what is looked for. */
	do
		map = map->l_next;
	while (map && strncmp(map->l_name, "linux-vdso", 10) == 0);
	return map;
}

static const struct link_map *first_library(void)
{
	const struct link_map *map = _r_debug.r_map;
	while (map && map->l_ld != _DYNAMIC)
		map = map->l_next;
	return map ? next_library(map) : NULL;
}

static struct library library_of(const struct link_map *map)
{
	struct library library = {.bias = map->l_addr};
	library.searchable = find_tables(map, &library.symbols);
	return library;
}

void real_keep_libraries(void)
{
	unsigned count = 0;
	for (const struct link_map *map = first_library(); map; map = next_library(map)) {
		if (count == KEPT_MOST)
			return;
		kept[count++] = library_of(map);
	}
	__atomic_store_n(&kept_count, count, __ATOMIC_RELEASE);
}

void real_release_libraries(void)
{
	__atomic_store_n(&kept_count, 0, __ATOMIC_RELEASE);
}

/* Sets *end where no other library is to be searched. */
static void *search(const struct library *library, const char *name, uint32_t hash, bool *end)
{
	const ElfW(Sym) *symbol =
	    library->searchable ? find_symbol(&library->symbols, name, hash) : NULL;
	*end = symbol || !library->searchable;
	bool plain = symbol && ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_value;
	return plain ? (void *)(library->bias + symbol->st_value) : NULL;
}

/* In the libraries behind this one; NULL where dlsym() must say. */
static void *find_behind(const char *name)
{
	uint32_t hash = hash_of(name);
	unsigned count = __atomic_load_n(&kept_count, __ATOMIC_ACQUIRE);
	void *function = NULL;
	bool end = false;
	for (unsigned i = 0; i < count && !end; i++)
		function = search(&kept[i], name, hash, &end);
	if (count)
		return function;
	for (const struct link_map *map = first_library(); map && !end; map = next_library(map)) {
		struct library library = library_of(map);
		function = search(&library, name, hash, &end);
	}
	return function;
}

void *real_find(const char *name)
{
	void *function = find_behind(name);
	if (!function)
		function = dlsym(RTLD_NEXT, name);
	return function ? function : (void *)missing;
}

const void *real_library_of(const void *address)
{
	for (const struct link_map *map = _r_debug.r_map; map; map = map->l_next) {
		/* A program at fixed addresses has its header elsewhere; nobody asks for it. */
		const ElfW(Ehdr) *head = (const void *)map->l_addr;
		if (!map->l_addr)
			continue;
		const ElfW(Phdr) *segment = (const void *)(map->l_addr + head->e_phoff);
		for (int i = 0; i < head->e_phnum; i++)
			if (segment[i].p_type == PT_LOAD &&
			    (uintptr_t)address - (map->l_addr + segment[i].p_vaddr) <
				segment[i].p_memsz)
				return head;
	}
	return NULL;
}

bool real_is_redirected(void)
{
	for (const struct link_map *map = _r_debug.r_map; map; map = map->l_next)
		if (strstr(map->l_name, "/vgpreload_"))
			return true;
	return false;
}
