/*
 * row_fields.h - the numbers that page faults of a reason, mappings and large blocks have, by name.
 */
#ifndef VIEWER_ROW_FIELDS_H
#define VIEWER_ROW_FIELDS_H

#include "rows.h"

/* Of which rows a number is. */
#define OF_REASONS  1u
#define OF_MAPPINGS 2u
#define OF_BLOCKS   4u

struct row_field {
	const char *name;
	enum unit unit;
	size_t at; /* in struct row */
	unsigned int of;
};

#define ROW_FIELDS 15
extern const struct row_field row_fields[ROW_FIELDS];

uint64_t row_field_value(const struct row *row, int field);

#endif
