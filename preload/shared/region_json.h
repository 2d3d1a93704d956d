/*
 * region_json.h - turns a live region into the JSON of a trace.
 *
 * The same code runs at the end of a traced process, where it must not
 * allocate from the program's heap, take a lock or call a wrapped function
 * (it may be in a signal handler), and in the viewer, on regions that a
 * killed process left and that anybody may have written.
 */
#ifndef SHARED_REGION_JSON_H
#define SHARED_REGION_JSON_H

#include "shared/json_out.h"
#include "shared/region.h"

/* What became of the process, for whoever looks from outside. */
struct region_fate {
	bool running; /* still there: "how" is "running" */
	int signal;   /* it was ended by this signal, where known; else 0 */
};

/*
 * Says what is wrong with a region, or NULL where it can be read: too short,
 * not a region, of another layout, of other tables.
 */
const char *region_complaint(const struct region_view *view);

/*
 * Writes the region as one JSON object, the trace of one process. fate may be
 * NULL where the region itself tells how the process ended. Rows that lead
 * outside the view are left out. Returns 0, or -1 where no scratch memory
 * could be mapped; then nothing has been written.
 */
__attribute__((warn_unused_result)) int region_write_json(const struct region_view *view,
							  const struct region_fate *fate,
							  struct json_out *out);

#endif
