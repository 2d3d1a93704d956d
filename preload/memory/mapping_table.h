/*
 * mapping_table.h - the table behind mappings.h, for those who fill it.
 */
#ifndef MEMORY_MAPPING_TABLE_H
#define MEMORY_MAPPING_TABLE_H

#include "memory/mapping_rows.h"
#include "memory/mappings.h"

#define AREAS_LEAST 1024u
#define AREAS_MOST  65536u /* vm.max_map_count is 65530 where nobody changed it */

struct mapping_table {
	struct area *area, *spare; /* in the order of addresses; and room for as many */
	uint32_t count, room;
	uint32_t own_given; /* own_memory.given when it was read */
	bool stale;	    /* it isn't what the kernel has */
	bool missed;	    /* nor was it known what has gone */
	bool may_read;
};
extern struct mapping_table mapping_table;

bool mappings_is_stale(void);

/* Makes room for twice as many, in both; false where that can't be. */
bool mapping_table_grow(void);

/* So many bytes more of address space are the program's, so many less. */
void mapping_table_reserve(uint64_t more, uint64_t less);

#endif
