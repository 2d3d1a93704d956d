/*
 * memory_fields.h - the numbers of "memory" by name, over all processes of a trace.
 */
#ifndef VIEWER_MEMORY_FIELDS_H
#define VIEWER_MEMORY_FIELDS_H

#include "model.h"

struct memory_field {
	const char *name;
	enum unit unit;
	size_t at;
	bool is_signed, largest; /* of all processes, and not their sum */
};

#define MEMORY_FIELDS 6
extern const struct memory_field memory_fields[MEMORY_FIELDS];

int memory_field_find(const char *name); /* -1: none */
int64_t memory_field_value(const struct trace *trace, int field);

#endif
