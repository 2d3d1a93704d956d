/*
 * row_fields.c - the numbers that page faults of a reason and mappings have, by name.
 */
#include "row_fields.h"

#include <string.h>

#define OF_BOTH(column, unit)                                                                      \
	{                                                                                          \
#column, UNIT_##unit, offsetof(struct row, counts.of[COLUMN_##column]), true, true \
	}
#define OF_MAPPING(member, unit)                                                                   \
	{                                                                                          \
#member, UNIT_##unit, offsetof(struct row, mapping.member), false, true            \
	}

const struct row_field row_fields[ROW_FIELDS] = {
    OF_BOTH(minor_faults, COUNT),
    OF_BOTH(major_faults, COUNT),
    OF_BOTH(zero_filled_bytes, BYTES),
    OF_BOTH(cow_bytes, BYTES),
    {"reused_pages", UNIT_COUNT, offsetof(struct row, reused_pages), true, false},
    OF_MAPPING(maps, COUNT),
    OF_MAPPING(mapped_bytes, BYTES),
    OF_MAPPING(populated_bytes, BYTES),
    OF_MAPPING(mapped_in_bytes, BYTES),
    OF_MAPPING(private_bytes, BYTES),
};

uint64_t row_field_value(const struct row *row, int field)
{
	uint64_t value;

	memcpy(&value, (const char *)row + row_fields[field].at, sizeof(value));
	return value;
}
