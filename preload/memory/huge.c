/*
 * huge.c - whether a fault was served by a huge page, of two megabytes.
 *
 * Documentation/admin-guide/mm/transhuge.rst. Smaller ones than that (Linux 6.8)
 * are off unless somebody turns them on.
 */
#include "memory/huge.h"

#include "abi/raw.h"
#include "region/kernel_io.h"

static enum { UNREAD, NEVER, ADVISED, ALWAYS } setting;

/* "always [madvise] never": the one in brackets is. */
static void read_setting(void)
{
	char text[64];
	long n = raw_slurp("/sys/kernel/mm/transparent_hugepage/enabled", text, sizeof(text));
	setting = NEVER;
	if (n <= 0)
		return;
	kernel_io_own_read((uint64_t)n);
	for (long i = 0; i + 1 < n; i++)
		if (text[i] == '[')
			setting = text[i + 1] == 'a'   ? ALWAYS
				  : text[i + 1] == 'm' ? ADVISED
						       : NEVER;
}

static bool may_be(const struct area *area, uintptr_t block)
{
	if (block < area->start || block + HUGE_BYTES > area->end)
		return false;
	if (setting == UNREAD)
		read_setting();
	return setting == ALWAYS || (setting == ADVISED && area->flags & AREA_HUGE);
}

bool huge_is_at(struct pagemap *map, const struct area *area, uintptr_t address)
{
	uintptr_t block = address & -HUGE_BYTES;
	if (!may_be(area, block))
		return false;
	int known = pagemap_is_huge(map, address);
	if (known >= 0)
		return known;
	/* Before Linux 6.7 by its looks: all is there. */
	for (uintptr_t at = block; at < block + HUGE_BYTES; at += PAGE_BYTES)
		if (!(pagemap_entry(map, at, block + HUGE_BYTES - 1) & PAGEMAP_EXCLUSIVE))
			return false;
	return true;
}
