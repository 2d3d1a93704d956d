/*
 * maps_file.h - reads /proc/self/maps, line by line.
 */
#ifndef MEMORY_MAPS_FILE_H
#define MEMORY_MAPS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct maps_line {
	uintptr_t start, end;
	bool is_shared;
	uint32_t major, minor; /* of the device */
	uint64_t inode;
	const char *name; /* not terminated; of no bytes where there is none */
	size_t bytes;
};

/* Calls for each line; false where the file can't be read. One at a time: its buffer is one. */
bool maps_file_read(void (*visit)(const struct maps_line *line, void *argument), void *argument);

#endif
