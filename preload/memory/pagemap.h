/*
 * pagemap.h - what the kernel says of the pages at an address: /proc/self/pagemap.
 *
 * Documentation/admin-guide/mm/pagemap.rst. What is read of it counts as read by
 * us, not by the program. The file is opened for each piece of work, for a program
 * may close descriptors that it doesn't know. Nothing here takes a lock.
 */
#ifndef MEMORY_PAGEMAP_H
#define MEMORY_PAGEMAP_H

#include "abi/own_memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_BYTES 4096ul

#define PAGEMAP_PRESENT	  (1ull << 63)
#define PAGEMAP_SWAPPED	  (1ull << 62)
#define PAGEMAP_FILE	  (1ull << 61) /* of a file, or shared anonymous memory */
#define PAGEMAP_EXCLUSIVE (1ull << 56) /* mapped nowhere else */

#define PAGEMAP_WINDOW 512

/* A window of entries, moved where it is needed. */
struct pagemap {
	int fd;
	uint64_t first; /* number of the page of the first entry */
	unsigned count;
	uint64_t entry[PAGEMAP_WINDOW];
};

/* False where there is none (no /proc, or a seccomp filter of the program's). */
bool pagemap_open(struct pagemap *map);
void pagemap_close(struct pagemap *map);

/*
 * The entry of the page at an address, 0 where there is none. `last` is the
 * highest address that will soon be asked for, up to which one reading goes.
 */
uint64_t pagemap_entry(struct pagemap *map, uintptr_t address, uintptr_t last);

/* For those below; to be closed soon, or -errno. */
int pagemap_file(void);

#define PAGEMAP_HUGE 1u /* behind huge pages */

struct pagemap_range {
	uint64_t start, end, kinds; /* as the kernel has it: struct page_region */
};

/*
 * The next ranges of pages that are the process's own and there, or swapped out;
 * not the zero page. files: some may be a file's, which aren't. *start moves on to
 * where the next call goes on. Returns how many there are, or -errno (before Linux
 * 6.7).
 */
long pagemap_own_ranges(int fd, uintptr_t *start, uintptr_t end, bool files,
			struct pagemap_range *ranges, unsigned most);

/* Whether the page at an address is part of one of two megabytes; -1 where the kernel doesn't tell.
 */
int pagemap_is_huge(const struct pagemap *map, uintptr_t address);

struct page_counts {
	uint64_t
	    present; /* the zero page is not among them where the kernel tells it apart (6.7) */
	uint64_t anonymous; /* of them, those that belong to no file: the process's own */
};

/* Of [start, end). False where nothing is known. */
bool pagemap_count(uintptr_t start, uintptr_t end, struct page_counts *counts);

/* The pages of a range of files that the program, and not we, has written to. */
static inline uint64_t pages_written(uintptr_t start, uintptr_t end,
				     const struct page_counts *counts)
{
	uint32_t ours = own_memory_written_pages(start, end);
	return counts->anonymous > ours ? counts->anonymous - ours : 0;
}

/* The same of several ranges, with the file opened once. */
bool pagemap_count_in(int fd, uintptr_t start, uintptr_t end, struct page_counts *counts);

/* Bytes of pages that are behind [address, address + bytes), those that lie half in it too. */
static inline uint64_t pages_present(uintptr_t address, size_t bytes)
{
	struct page_counts counts;
	return pagemap_count(address & -PAGE_BYTES,
			     (address + bytes + PAGE_BYTES - 1) & -PAGE_BYTES, &counts)
		   ? counts.present * PAGE_BYTES
		   : 0;
}

#endif
