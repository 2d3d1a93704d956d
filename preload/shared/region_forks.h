/*
 * region_forks.h - the part of a trace about forks: what they cost, and what became of the pages
 * that they left shared.
 */
#ifndef SHARED_REGION_FORKS_H
#define SHARED_REGION_FORKS_H

#include "shared/json_out.h"
#include "shared/region.h"

void forks_write(struct json_out *out, const struct region_view *view);

#endif
