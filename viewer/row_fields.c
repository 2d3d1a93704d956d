/*
 * row_fields.c - the numbers that page faults of a reason, mappings and large blocks have, by name.
 */
#include "row_fields.h"

#include <string.h>

#define NUMBER(member, name, unit, of)                                                             \
	{                                                                                          \
		name, UNIT_##unit, offsetof(struct row, member), of                                \
	}
#define OF_BOTH(column, unit)                                                                      \
	NUMBER(counts.of[COLUMN_##column], #column, unit, OF_REASONS | OF_MAPPINGS)
#define OF_MAPPING(name, unit) NUMBER(mapping.name, #name, unit, OF_MAPPINGS)
#define OF_BLOCK(name, unit)   NUMBER(large_block.name, #name, unit, OF_BLOCKS)

const struct row_field row_fields[ROW_FIELDS] = {
    OF_BOTH(minor_faults, COUNT),
    OF_BOTH(major_faults, COUNT),
    OF_BOTH(zero_filled_bytes, BYTES),
    OF_BOTH(cow_bytes, BYTES),
    NUMBER(reused_pages, "reused_pages", COUNT, OF_REASONS | OF_MAPPINGS),
    OF_MAPPING(maps, COUNT),
    OF_MAPPING(mapped_bytes, BYTES),
    OF_MAPPING(populated_bytes, BYTES),
    OF_MAPPING(mapped_in_bytes, BYTES),
    OF_MAPPING(private_bytes, BYTES),
    OF_BLOCK(blocks, COUNT),
    OF_BLOCK(reserved_bytes, BYTES),
    OF_BLOCK(faulted_bytes, BYTES),
    OF_BLOCK(backed_bytes, BYTES),
    OF_BLOCK(freed, COUNT),
};

uint64_t row_field_value(const struct row *row, int field)
{
	uint64_t value;

	memcpy(&value, (const char *)row + row_fields[field].at, sizeof(value));
	return value;
}
