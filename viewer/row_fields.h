/*
 * row_fields.h - the numbers that page faults of a reason and mappings have, by name.
 */
#ifndef VIEWER_ROW_FIELDS_H
#define VIEWER_ROW_FIELDS_H

#include "rows.h"

struct row_field {
	const char *name;
	enum unit unit;
	size_t at; /* in struct row */
	bool of_reasons, of_mappings;
};

#define ROW_FIELDS 10
extern const struct row_field row_fields[ROW_FIELDS];

uint64_t row_field_value(const struct row *row, int field);

#endif
