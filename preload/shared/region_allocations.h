/*
 * region_allocations.h - the part of a trace that tells what the program had of its allocator.
 */
#ifndef SHARED_REGION_ALLOCATIONS_H
#define SHARED_REGION_ALLOCATIONS_H

#include "shared/json_out.h"
#include "shared/region_ledger.h"

/* Writes members of the object "memory", which is open; `stacks` is how many the region has. */
void allocations_write(struct json_out *out, const struct ledger *ledger,
		       const struct region_view *view, uint32_t stacks, struct scratch *scratch);

#endif
