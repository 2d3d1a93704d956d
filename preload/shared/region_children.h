/*
 * region_children.h - the parts of a trace about other processes: those that this one waited for,
 * and those that couldn't be traced.
 */
#ifndef SHARED_REGION_CHILDREN_H
#define SHARED_REGION_CHILDREN_H

#include "shared/json_out.h"
#include "shared/region.h"

/* In the process's own object: how its children ended. */
void children_write(struct json_out *out, const struct region_view *view);

/* In the trace: untraced_processes, whose ends are for whoever has all traces to find. */
void untraced_write_processes(struct json_out *out, const struct region_view *view);

/* In the coverage: the programs, each once. */
void untraced_write_programs(struct json_out *out, const struct region_view *view);

#endif
