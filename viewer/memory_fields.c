/*
 * memory_fields.c - the numbers of "memory" by name, over all processes of a trace.
 */
#include "memory_fields.h"

#include <string.h>

#define NUMBER(name, unit, is_signed, largest)                                                     \
	{                                                                                          \
#name, unit, offsetof(struct memory, name), is_signed, largest                     \
	}

/* Peaks of processes don't come at the same time, so their sum would be nobody's. */
const struct memory_field memory_fields[MEMORY_FIELDS] = {
    NUMBER(allocations, UNIT_COUNT, false, false),
    NUMBER(asked_bytes, UNIT_BYTES, false, false),
    NUMBER(frees, UNIT_COUNT, false, false),
    NUMBER(live_bytes, UNIT_BYTES, true, false),
    NUMBER(peak_live_bytes, UNIT_BYTES, true, true),
    NUMBER(peak_slack_bytes, UNIT_BYTES, false, true),
};

int memory_field_find(const char *name)
{
	for (int i = 0; i < MEMORY_FIELDS; i++)
		if (!strcmp(memory_fields[i].name, name))
			return i;
	return -1;
}

int64_t memory_field_value(const struct trace *trace, int field)
{
	const struct memory_field *description = &memory_fields[field];
	int64_t value = 0;

	for (size_t i = 0; i < trace->processes.count; i++) {
		int64_t one;
		/* Numbers from a trace are below 2^63, so the unsigned ones fit. */
		memcpy(&one, (const char *)&trace->processes.items[i].memory + description->at,
		       sizeof(one));
		if (!description->largest)
			value = number_add_signed(value, one);
		else if (one > value || !i)
			value = one;
	}
	return value;
}
