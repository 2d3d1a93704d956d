/*
 * fork_pages.c - the pages that forks have left shared: which of the process's own were there at a
 * fork, and have not been written to since.
 */
#include "memory/fork_pages.h"

#include "abi/raw.h"
#include "memory/fork_moves.h"
#include "memory/mappings.h"
#include "memory/pagemap.h"

#include <stddef.h>

#define PAGES_MOST	(1u << 20) /* 4 GiB; the kernel takes some 100 ms to fork with them */
#define ALONE_MOST	(1u << 15) /* 128 MiB, in some 3 ms */
#define RANGES_MOST	(1u << 16)
#define LARGE_BYTES	(1ul << 20)
#define READ_BYTES_MOST (8ul << 30)
#define LOOKED_AT	256 /* ranges that the kernel tells at once */
#define USER_END	((1ul << 47) - PAGE_BYTES)
#define NUMBER(key)	((key)&FORK_NUMBERS)
#define KEY_ALONE	0x8000u
#define KEY_HUGE	0x4000u

struct range {
	uint64_t from;
	uint32_t pages;
	uint32_t key; /* index of the first page's */
};

/* In the order of addresses. A key is the number of a fork, or 0, and flags. */
struct set {
	uint32_t ranges, pages;
	struct range range[RANGES_MOST];
	uint16_t key[PAGES_MOST];
};

static struct set *sets;    /* the one in use, and the one that is made next */
static struct set *current; /* NULL: nothing is known */

static struct set *room(void)
{
	/* Pages of it get memory when they are needed; most processes need one or two. */
	if (!sets)
		sets = raw_mmap(NULL, 2 * sizeof(*sets), PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!sets)
		return NULL;
	return current == sets ? sets + 1 : sets;
}

/* The range of the set that ends behind a page, the first of them. */
static uint32_t range_behind(const struct set *set, uint64_t page)
{
	uint32_t low = 0, high = set->ranges;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (set->range[middle].from + set->range[middle].pages <= page)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint16_t *key_of(uint64_t page)
{
	if (!current)
		return NULL;
	uint32_t i = range_behind(current, page);
	if (i == current->ranges || page < current->range[i].from)
		return NULL;
	return &current->key[current->range[i].key + (page - current->range[i].from)];
}

/* The earlier fork since which a page is shared, and still is as far as is known, or `number`. */
static uint16_t key_before(uint64_t page, uint32_t *at, uint16_t number)
{
	uint64_t origin = fork_moves_origin(page);
	if (origin != page) {
		const uint16_t *key = origin != NO_PAGE ? key_of(origin) : NULL;
		/* From this fork on it has another name than others have for it. */
		return key && NUMBER(*key) && !(*key & KEY_ALONE) ? FORK_LONG_AGO : number;
	}
	while (current && *at < current->ranges &&
	       current->range[*at].from + current->range[*at].pages <= page)
		++*at;
	if (!current || *at == current->ranges || page < current->range[*at].from)
		return number;
	const struct range *range = &current->range[*at];
	uint16_t key = current->key[range->key + (page - range->from)];
	return NUMBER(key) && !(key & KEY_ALONE) ? NUMBER(key) : number;
}

static bool add_range(struct set *set, uint64_t from, uint64_t pages, uint16_t number, bool huge,
		      uint32_t *at)
{
	if (set->ranges == RANGES_MOST || pages > PAGES_MOST - set->pages)
		return false;
	set->range[set->ranges++] = (struct range){from, (uint32_t)pages, set->pages};
	for (uint64_t page = from; page < from + pages; page++)
		set->key[set->pages++] =
		    (uint16_t)(key_before(page, at, number) | (huge ? KEY_HUGE : 0));
	return true;
}

static bool add_page(struct set *set, uint64_t page, uint16_t number, uint32_t *at)
{
	struct range *last = set->ranges ? &set->range[set->ranges - 1] : NULL;
	if (!last || last->from + last->pages != page || set->pages == PAGES_MOST)
		return add_range(set, page, 1, number, false, at);
	last->pages++;
	set->key[set->pages++] = key_before(page, at, number);
	return true;
}

/* A look at all that there is. */
struct look {
	struct set *set;
	int fd;
	uint16_t number;
	uint32_t at;	/* in the set before */
	uintptr_t done; /* up to which has been looked */
	enum fork_look result;
};

/* Whether there is a file behind a page the kernel tells for some 50 ns, which is more than all
 * else. */
static void scan(struct look *look, uintptr_t end, bool files)
{
	static struct pagemap_range found[LOOKED_AT];
	while (look->result == FORK_LOOKED && look->done < end) {
		long n = pagemap_own_ranges(look->fd, &look->done, end, files, found, LOOKED_AT);
		if (n < 0)
			look->result = FORK_UNREAD;
		for (long i = 0; i < n; i++)
			if (!add_range(look->set, found[i].start / PAGE_BYTES,
				       (found[i].end - found[i].start) / PAGE_BYTES, look->number,
				       found[i].kinds & PAGEMAP_HUGE, &look->at))
				look->result = FORK_TOO_MANY;
	}
}

static void scan_area(const struct area *area, void *argument)
{
	struct look *look = argument;
	bool files = area->flags & AREA_SHARED || mapping_kind_table[area->kind].is_file;
	if (files || area->kind == MAPPING_SPECIAL || area->end - area->start < LARGE_BYTES)
		return;
	scan(look, area->start, true);
	if (area->kind == MAPPING_TRACER)
		look->done = area->end;
	else
		scan(look, area->end, false);
}

/* Before Linux 6.7. The zero page is nobody's, as is a page that was shared before. */
static void read_area(const struct area *area, void *argument)
{
	static struct pagemap map;
	struct look *look = argument;
	uint64_t end = area->end / PAGE_BYTES;
	if (area->flags & AREA_SHARED || area->kind == MAPPING_SPECIAL ||
	    area->kind == MAPPING_TRACER)
		return;
	if (area->end - area->start > READ_BYTES_MOST)
		look->result = FORK_TOO_MANY;
	map.fd = look->fd;
	map.count = 0;
	for (uint64_t page = area->start / PAGE_BYTES; look->result == FORK_LOOKED && page < end;
	     page++) {
		uint64_t entry = pagemap_entry(&map, page * PAGE_BYTES, area->end - 1);
		uint32_t at = look->at;
		if (!(entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED)) || entry & PAGEMAP_FILE)
			continue;
		if (!(entry & PAGEMAP_EXCLUSIVE) && !key_before(page, &at, 0))
			continue;
		if (!add_page(look->set, page, look->number, &look->at))
			look->result = FORK_TOO_MANY;
	}
}

static void look_at_all(struct look *look, bool areas_known)
{
	if (areas_known)
		mappings_each(0, USER_END, scan_area, look);
	scan(look, USER_END, true);
	if (look->result != FORK_UNREAD || !areas_known || !mappings_read())
		return;
	look->result = FORK_LOOKED;
	look->at = 0;
	mappings_each(0, USER_END, read_area, look);
}

enum fork_look fork_pages_look(uint16_t number, bool areas_known, uint64_t *present)
{
	struct look look = {.set = room(), .number = number};
	*present = 0;
	look.fd = look.set ? pagemap_file() : -1;
	if (look.fd < 0)
		return FORK_UNREAD;
	look.set->ranges = look.set->pages = 0;
	look_at_all(&look, areas_known);
	raw_close(look.fd);
	*present = look.set->pages;
	fork_moves_forget();
	if (look.result == FORK_LOOKED)
		current = look.set;
	return look.result;
}

void fork_pages_forget(void)
{
	fork_moves_forget();
	current = NULL;
}

void fork_pages_since(uint16_t number)
{
	for (uint32_t i = 0; current && i < current->pages; i++)
		if (NUMBER(current->key[i]))
			current->key[i] = (uint16_t)((current->key[i] & ~FORK_NUMBERS) | number);
}

static struct fork_page page_of(uint16_t key)
{
	return (struct fork_page){
	    .since = NUMBER(key), .alone = key & KEY_ALONE, .huge = key & KEY_HUGE};
}

struct fork_page fork_pages_find(uint64_t page)
{
	const uint16_t *key = key_of(page);
	return page_of(key ? *key : 0);
}

void fork_pages_take(uint64_t page)
{
	uint16_t *key = key_of(page);
	if (key)
		*key = 0;
}

void fork_pages_retake(uint64_t page, uint16_t number)
{
	uint16_t *key = key_of(page);
	if (key)
		*key = (uint16_t)(number | (*key & KEY_HUGE));
}

uint64_t fork_pages_next(uint64_t page, uint64_t end)
{
	uint32_t i = current ? range_behind(current, page) : 0;
	for (; current && i < current->ranges && current->range[i].from < end; i++) {
		const struct range *range = &current->range[i];
		uint64_t range_end = range->from + range->pages;
		if (page < range->from)
			page = range->from;
		for (; page < range_end && page < end; page++)
			if (NUMBER(current->key[range->key + (page - range->from)]))
				return page;
	}
	return end;
}

/* Of huge pages the bit tells less: who has a part of one has a share in all of it. */
static void look_who_else(struct pagemap *map, const struct range *range, uintptr_t last,
			  void (*found)(uint64_t page, struct fork_page what))
{
	for (uint32_t k = 0; k < range->pages; k++) {
		uint16_t *key = &current->key[range->key + k];
		if (!NUMBER(*key) || *key & (KEY_ALONE | KEY_HUGE))
			continue;
		if (fork_moves_origin(range->from + k) != range->from + k)
			continue;
		uint64_t entry = pagemap_entry(map, (range->from + k) * PAGE_BYTES, last);
		if (!map->count)
			return;
		/* MADV_WIPEONFORK and MADV_DONTFORK kept it from the child. */
		if (!(entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED)))
			*key = 0;
		if (!(entry & PAGEMAP_PRESENT) || !(entry & PAGEMAP_EXCLUSIVE))
			continue;
		*key |= KEY_ALONE;
		if (found)
			found(range->from + k, page_of(*key));
	}
}

/* The end of the last range that one reading of the kernel's table may reach. */
static uintptr_t end_of_reading(uint32_t i)
{
	uint64_t most = current->range[i].from + PAGEMAP_WINDOW;
	while (i + 1 < current->ranges &&
	       current->range[i + 1].from + current->range[i + 1].pages <= most)
		i++;
	return (current->range[i].from + current->range[i].pages) * PAGE_BYTES - 1;
}

void fork_pages_find_alone(void (*found)(uint64_t page, struct fork_page what))
{
	static struct pagemap map;
	if (!current || current->pages > ALONE_MOST || !pagemap_open(&map))
		return;
	for (uint32_t i = 0; i < current->ranges; i++)
		look_who_else(&map, &current->range[i], end_of_reading(i), found);
	pagemap_close(&map);
}

bool fork_pages_is_huge(uint64_t page)
{
	struct pagemap_range range;
	uintptr_t start = page * PAGE_BYTES;
	int fd = pagemap_file();
	if (fd < 0)
		return false;
	long n = pagemap_own_ranges(fd, &start, start + PAGE_BYTES, true, &range, 1);
	raw_close(fd);
	return n == 1 && range.kinds & PAGEMAP_HUGE;
}
