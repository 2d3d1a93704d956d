/*
 * pagemap.c - what the kernel says of the pages at an address: /proc/self/pagemap.
 */
#include "memory/pagemap.h"

#include "abi/raw.h"
#include "abi/valgrind.h"
#include "region/kernel_io.h"

#include <sys/ioctl.h>

/* PAGEMAP_SCAN of Linux 6.7 (include/uapi/linux/fs.h), which older headers haven't. */
struct scan {
	uint64_t size, flags, start, end, walk_end, vector, vector_count, pages_most;
	uint64_t inverted, mask, any, returned;
};
#define SCAN	     _IOWR('f', 16, struct scan)
#define SCAN_FILE    (1u << 2)
#define SCAN_PRESENT (1u << 3)
#define SCAN_SWAPPED (1u << 4)
#define SCAN_ZERO    (1u << 5)
#define SCAN_HUGE    (1u << 6)

#define SCAN_RANGES 64
#define ROUND_PAGES 16 /* 64 KiB: what a reading is rounded to, for the sake of its neighbours */

int pagemap_file(void)
{
	return (int)raw_open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC, 0);
}

bool pagemap_open(struct pagemap *map)
{
	map->fd = pagemap_file();
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
	/* By us and not by the kernel, whose faults aren't always seen. */
	*(volatile uint64_t *)&map->entry[0] = 0;
	*(volatile uint64_t *)&map->entry[PAGEMAP_WINDOW - 1] = 0;
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

/* The next ranges of what `scan` asks for; moves its start on. Returns how many, or -errno. */
static long scan_on(int fd, struct scan *scan, struct pagemap_range *ranges, unsigned most)
{
	scan->size = sizeof(*scan);
	scan->vector = (uint64_t)ranges;
	scan->vector_count = most;
	long n = RAW_3(SYS_ioctl, fd, SCAN, scan);
	if (n >= 0 && scan->walk_end <= scan->start)
		return -EINVAL;
	scan->start = scan->walk_end;
	if (n > 0)
		valgrind_know_written(ranges, (size_t)n * sizeof(*ranges));
	return n;
}

int pagemap_is_huge(const struct pagemap *map, uintptr_t address)
{
	struct pagemap_range region = {.kinds = 0};
	struct scan scan = {
	    .size = sizeof(scan),
	    .start = address & -PAGE_BYTES,
	    .end = (address & -PAGE_BYTES) + PAGE_BYTES,
	    .vector = (uint64_t)&region,
	    .vector_count = 1,
	    .mask = SCAN_PRESENT,
	    .returned = SCAN_HUGE,
	};
	long n = RAW_3(SYS_ioctl, map->fd, SCAN, &scan);
	return n < 0 ? -1 : n == 1 && region.kinds & SCAN_HUGE;
}

/* One after the other, each range of pages of one kind; false where the kernel has no such call. */
static bool count_by_scan(int fd, uintptr_t start, uintptr_t end, struct page_counts *counts)
{
	struct pagemap_range range[SCAN_RANGES];
	struct scan scan = {.start = start,
			    .end = end,
			    .mask = SCAN_PRESENT,
			    .returned = SCAN_PRESENT | SCAN_FILE | SCAN_ZERO};
	while (scan.start < end) {
		long n = scan_on(fd, &scan, range, SCAN_RANGES);
		if (n < 0)
			return false;
		for (long i = 0; i < n; i++) {
			uint64_t pages = (range[i].end - range[i].start) / PAGE_BYTES;
			if (range[i].kinds & SCAN_ZERO)
				continue;
			counts->present += pages;
			counts->anonymous += range[i].kinds & SCAN_FILE ? 0 : pages;
		}
	}
	return true;
}

long pagemap_own_ranges(int fd, uintptr_t *start, uintptr_t end, bool files,
			struct pagemap_range *ranges, unsigned most)
{
	const uint64_t nobodys = SCAN_ZERO | (files ? SCAN_FILE : 0);
	struct scan scan = {.start = *start,
			    .end = end,
			    .inverted = nobodys,
			    .mask = nobodys,
			    .any = SCAN_PRESENT | SCAN_SWAPPED,
			    .returned = SCAN_HUGE};
	long n = scan_on(fd, &scan, ranges, most);
	*start = scan.start;
	for (long i = 0; i < n; i++)
		ranges[i].kinds = ranges[i].kinds & SCAN_HUGE ? PAGEMAP_HUGE : 0;
	return n;
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

bool pagemap_count_in(int fd, uintptr_t start, uintptr_t end, struct page_counts *counts)
{
	*counts = (struct page_counts){0};
	if (count_by_scan(fd, start, end, counts))
		return true;
	*counts = (struct page_counts){0};
	return count_by_reading(fd, start, end, counts);
}

bool pagemap_count(uintptr_t start, uintptr_t end, struct page_counts *counts)
{
	int fd = pagemap_file();
	if (fd < 0)
		return false;
	bool known = pagemap_count_in(fd, start, end, counts);
	raw_close(fd);
	return known;
}
