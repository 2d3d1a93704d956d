/*
 * pagemap.c - what the kernel says of the pages at an address: /proc/self/pagemap.
 */
#include "memory/pagemap.h"

#include "abi/raw.h"
#include "region/kernel_io.h"

#include <sys/ioctl.h>

/* PAGEMAP_SCAN of Linux 6.7 (include/uapi/linux/fs.h), which older headers haven't. */
struct scan_region {
	uint64_t start, end, categories;
};
struct scan {
	uint64_t size, flags, start, end, walk_end, vector, vector_count, pages_most;
	uint64_t inverted, mask, any, returned;
};
#define SCAN	     _IOWR('f', 16, struct scan)
#define SCAN_FILE    (1u << 2)
#define SCAN_PRESENT (1u << 3)
#define SCAN_ZERO    (1u << 5)

#define SCAN_REGIONS 64
#define ROUND_PAGES  16 /* 64 KiB: what a reading is rounded to, for the sake of its neighbours */

static int open_pagemap(void)
{
	return (int)raw_open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC, 0);
}

bool pagemap_open(struct pagemap *map)
{
	map->fd = open_pagemap();
	map->count = 0;
	return map->fd >= 0;
}

void pagemap_close(struct pagemap *map)
{
	if (map->fd >= 0)
		raw_close(map->fd);
	map->fd = -1;
}

static void read_window(struct pagemap *map, uint64_t first, uint64_t end)
{
	if (end - first > PAGEMAP_WINDOW)
		end = first + PAGEMAP_WINDOW;
	long n = RAW_4(SYS_pread64, map->fd, map->entry, (end - first) * 8, first * 8);
	map->first = first;
	map->count = n > 0 ? (unsigned)n / 8 : 0;
	if (n > 0)
		kernel_io_own_read((uint64_t)n);
}

uint64_t pagemap_entry(struct pagemap *map, uintptr_t address, uintptr_t last)
{
	uint64_t page = address / PAGE_BYTES;
	if (page - map->first >= map->count) {
		uint64_t end = (last / PAGE_BYTES | (ROUND_PAGES - 1)) + 1;
		read_window(map, page & -(uint64_t)ROUND_PAGES, end > page ? end : page + 1);
		if (page - map->first >= map->count)
			return 0;
	}
	return map->entry[page - map->first];
}

/* One after the other, each range of pages of one kind; false where the kernel has no such call. */
static bool count_by_scan(int fd, uintptr_t start, uintptr_t end, struct page_counts *counts)
{
	struct scan_region region[SCAN_REGIONS];
	while (start < end) {
		struct scan scan = {
		    .size = sizeof(scan),
		    .start = start,
		    .end = end,
		    .vector = (uint64_t)region,
		    .vector_count = SCAN_REGIONS,
		    .mask = SCAN_PRESENT,
		    .returned = SCAN_PRESENT | SCAN_FILE | SCAN_ZERO,
		};
		long n = RAW_3(SYS_ioctl, fd, SCAN, &scan);
		if (n < 0 || scan.walk_end <= start)
			return false;
		for (long i = 0; i < n; i++) {
			uint64_t pages = (region[i].end - region[i].start) / PAGE_BYTES;
			if (region[i].categories & SCAN_ZERO)
				continue;
			counts->present += pages;
			counts->anonymous += region[i].categories & SCAN_FILE ? 0 : pages;
		}
		start = scan.walk_end;
	}
	return true;
}

/* Apart, for its window is much on a small stack. */
static __attribute__((noinline)) bool count_by_reading(int fd, uintptr_t start, uintptr_t end,
						       struct page_counts *counts)
{
	struct pagemap map = {.fd = fd};
	for (uint64_t page = start / PAGE_BYTES; page < end / PAGE_BYTES; page += map.count) {
		read_window(&map, page, end / PAGE_BYTES);
		if (!map.count)
			return false;
		for (unsigned i = 0; i < map.count; i++) {
			bool present = map.entry[i] & PAGEMAP_PRESENT;
			counts->present += present;
			counts->anonymous += present && !(map.entry[i] & PAGEMAP_FILE);
		}
	}
	return true;
}

bool pagemap_count(uintptr_t start, uintptr_t end, struct page_counts *counts)
{
	int fd = open_pagemap();
	*counts = (struct page_counts){0};
	if (fd < 0)
		return false;
	bool known = count_by_scan(fd, start, end, counts);
	if (!known) {
		*counts = (struct page_counts){0};
		known = count_by_reading(fd, start, end, counts);
	}
	raw_close(fd);
	return known;
}
