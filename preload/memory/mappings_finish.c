/*
 * mappings_finish.c - what is mapped in when a record ends, and what memory is behind the process.
 */
#include "abi/raw.h"
#include "memory/mapping_table.h"
#include "memory/pagemap.h"
#include "region/kernel_io.h"

#include <string.h>

#define STATUS_BYTES 4096

static void forget_last(struct region *region)
{
	for (uint32_t i = 0; i < region->mappings.count; i++) {
		struct mapping *mapping = mapping_at(i);
		mapping->last_mapped_in_bytes = mapping->last_private_bytes = 0;
	}
}

static void count_area(const struct area *area, void *argument)
{
	const int *fd = argument;
	struct page_counts counts;
	if (area->row == ROW_NONE || !mapping_kind_table[area->kind].is_file ||
	    !pagemap_count_in(*fd, area->start, area->end, &counts))
		return;
	struct mapping *mapping = mapping_at(area->row);
	mapping->last_mapped_in_bytes += counts.present * PAGE_BYTES;
	mapping->last_private_bytes += pages_written(area->start, area->end, &counts) * PAGE_BYTES;
}

static uint64_t own_bytes(int fd)
{
	uint64_t pages = 0;
	for (uint32_t i = 0; i < own_memory.count; i++) {
		struct own_range range = own_memory.range[i];
		struct page_counts counts;
		if (range.start < range.end &&
		    pagemap_count_in(fd, range.start & -PAGE_BYTES,
				     (range.end + PAGE_BYTES - 1) & -PAGE_BYTES, &counts))
			pages += counts.present;
	}
	return pages * PAGE_BYTES;
}

/* The number behind a label of /proc/self/status, in KiB there. */
static uint64_t bytes_of(const char *text, const char *label)
{
	const char *at = strstr(text, label);
	uint64_t n = 0;
	if (!at)
		return 0;
	for (at += strlen(label); *at == ' ' || *at == '\t'; at++)
		;
	for (; *at >= '0' && *at <= '9'; at++)
		n = n * 10 + (uint64_t)(*at - '0');
	return n << 10;
}

static void read_backed(struct region *region, uint64_t own)
{
	static char text[STATUS_BYTES] __attribute__((aligned(STATUS_BYTES)));
	*(volatile char *)text =
	    '\0'; /* or the kernel would fault, whose faults aren't always seen */
	long n = raw_slurp("/proc/self/status", text, sizeof(text) - 1);
	if (n <= 0)
		return;
	kernel_io_own_read((uint64_t)n);
	text[n] = '\0';
	uint64_t backed = bytes_of(text, "VmRSS:"), peak = bytes_of(text, "VmHWM:");
	region->backed_bytes = backed > own ? backed - own : 0;
	region->peak_backed_bytes = peak > own ? peak - own : 0;
}

void mappings_finish(void)
{
	struct region *region = live.region;
	int fd = pagemap_file();
	if (fd < 0)
		return;
	if (mappings_lock()) {
		if (!mappings_is_stale() || mappings_read()) {
			forget_last(region);
			mappings_each(0, UINTPTR_MAX, count_area, &fd);
			read_backed(region, own_bytes(fd));
			region->mappings_known = 1;
		}
		mappings_unlock();
	}
	raw_close(fd);
}
