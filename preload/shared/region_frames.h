/*
 * region_frames.h - the return addresses of a region's stacks as interned frames, with names.
 */
#ifndef SHARED_REGION_FRAMES_H
#define SHARED_REGION_FRAMES_H

#include "shared/json_out.h"
#include "shared/region.h"
#include "shared/scratch.h"

#include <stdbool.h>

#define NO_MODULE UINT32_MAX

/* A return address: in a module by its offset in the file, elsewhere as it is. */
struct frame {
	uint32_t module;
	uint64_t offset;
};

/* A return address as it was last looked up, for the stacks share most of theirs. */
struct known_frame {
	uint64_t address;
	uint32_t generation;
	uint32_t position; /* in frame[] and 1 more, or 0 */
};

struct frames {
	struct frame *frame; /* in ascending order, each once */
	struct known_frame *known;
	size_t count;
	uint32_t stacks;     /* of the region, the four without frames included */
	uint64_t looks_left; /* at modules: a region that anybody wrote may have any number */
};

/* Collects the frames of all stacks; false where there is no memory for them. */
bool frames_collect(struct frames *frames, const struct region_view *view, struct scratch *scratch);

/* Writes the member "stack" of a row, a number of them all, or null and "why" there is none. */
void frames_write_reference(struct json_out *out, uint32_t stack, uint32_t stacks);

/* Writes the members "frames" and "stacks". */
void frames_write(struct frames *frames, const struct region_view *view, struct scratch *scratch,
		  struct json_out *out);

#endif
