/*
 * process_fields.h - the numbers of "memory", "faults", "audit" and "coverage" by name, over all
 * processes of a trace.
 */
#ifndef VIEWER_PROCESS_FIELDS_H
#define VIEWER_PROCESS_FIELDS_H

#include "model.h"

enum field_group { GROUP_MEMORY, GROUP_FAULTS, GROUP_AUDIT, GROUP_COVERAGE };

struct process_field {
	const char *name;
	enum unit unit;
	size_t at;				  /* in struct process */
	int64_t (*of)(const struct trace *trace); /* or NULL: it is what stands there */
	bool is_signed, largest;		  /* of all processes, and not their sum */
	bool varies;				  /* by some pages, from run to run */
	enum field_group group;
};

#define PROCESS_FIELDS 39
extern const struct process_field process_fields[PROCESS_FIELDS];

/* How often a program was executed that can't be traced. */
int64_t trace_untraced(const struct trace *trace);

/* UNKNOWN_SIGNED where one of the processes doesn't know. */
int64_t process_field_value(const struct trace *trace, int field);

#endif
