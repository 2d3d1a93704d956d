/*
 * region_mappings.h - the part of a trace that tells what was mapped, and what memory was behind
 * it.
 */
#ifndef SHARED_REGION_MAPPINGS_H
#define SHARED_REGION_MAPPINGS_H

#include "shared/json_out.h"
#include "shared/region.h"

/* Writes members of the object that is open. */
void mappings_write(struct json_out *out, const struct region_view *view);

#endif
