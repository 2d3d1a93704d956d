/*
 * functions.h - where the functions of a loaded library begin and end, by its unwind information.
 */
#ifndef SITES_FUNCTIONS_H
#define SITES_FUNCTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct functions {
	uintptr_t header;     /* of .eh_frame_hdr, to which the entries are relative */
	const int32_t *entry; /* start and description of each, in order */
	uint32_t count;
};

/* Finds the table in an .eh_frame_hdr; false where it has none, or of another kind than compilers
 * write. */
bool functions_find(struct functions *functions, const void *eh_frame_hdr);

/* The number of the function that an address is in, or of the last one before it; count where there
 * is none. */
uint32_t functions_at(const struct functions *functions, uintptr_t address);

/* Where one begins and ends (the address behind it); false where that can't be read. */
bool functions_extent(const struct functions *functions, uint32_t i, uintptr_t *start,
		      uintptr_t *end);

#endif
