/*
 * mapping_table.h - the table behind mappings.h, for those who fill it.
 */
#ifndef MEMORY_MAPPING_TABLE_H
#define MEMORY_MAPPING_TABLE_H

#include "memory/mapping_rows.h"
#include "memory/mappings.h"

#define AREAS_MOST                                                                                 \
	65536u /* as many as a process may have by default: vm.max_map_count is 65530              \
		*/

struct mapping_table {
	struct area *area, *spare; /* in the order of addresses; and room for as many */
	uint32_t count;
	uint32_t own_given; /* own_memory.given when it was read */
	bool stale;	    /* it isn't what the kernel has */
	bool missed;	    /* nor was it known what has gone */
	bool may_read;
};
extern struct mapping_table mapping_table;

bool mappings_is_stale(void);

/* So many bytes more of address space are the program's, so many less. */
void mapping_table_reserve(uint64_t more, uint64_t less);

#endif
