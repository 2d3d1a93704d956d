/*
 * huge.h - whether a fault was served by a huge page, of two megabytes.
 */
#ifndef MEMORY_HUGE_H
#define MEMORY_HUGE_H

#include "memory/mappings.h"
#include "memory/pagemap.h"

#define HUGE_BYTES (2ul << 20)

/* At an address where a page is that nobody has been told of yet. */
bool huge_is_at(struct pagemap *map, const struct area *area, uintptr_t address);

#endif
