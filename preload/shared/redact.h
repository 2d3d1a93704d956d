/*
 * redact.h - paths, names and arguments as they stand in a trace that somebody else may read.
 */
#ifndef SHARED_REDACT_H
#define SHARED_REDACT_H

#include "shared/json_out.h"
#include "shared/region.h"

/*
 * What a path or an argument is written as where the region asks for it: itself,
 * "(redacted)", or a keyed hash of 64 bits. The key is the region's salt, which
 * no trace has: without it a guess can't be tried.
 */
void emit_private(struct json_out *out, const char *key, const struct region *region,
		  const char *bytes, size_t n);

#endif
