/*
 * fields.h - the shape of the trace: which keys the JSON has and where they go in the model.
 *
 * One table is read by the reader and by the writer, so they can't disagree.
 */
#ifndef VIEWER_FIELDS_H
#define VIEWER_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

enum field_type {
	FIELD_NUMBER,  /* uint64_t */
	FIELD_SIGNED,  /* int64_t */
	FIELD_TEXT,    /* const char * */
	FIELD_BOOL,    /* bool */
	FIELD_SECONDS, /* uint64_t, in nanoseconds */
	FIELD_TEXTS,   /* list of const char * */
	FIELD_NUMBERS, /* list of uint64_t */
	FIELD_COUNTS,  /* struct counts, its columns among the object's own keys */
	FIELD_SIZES,   /* struct sizes */
	FIELD_OBJECT,  /* a struct of this shape */
	FIELD_LIST,    /* list of structs of this shape */
};

/* What stands for a value that isn't known. */
enum field_absence {
	ABSENT_NEVER,
	ABSENT_OR_NULL,	 /* null */
	ABSENT_LEFT_OUT, /* no such key; of a bool it is false, of an object nothing is known */
	ABSENT_OF_OLD,	 /* no such key in traces of older versions: 0, or nothing in the list. What
			    is a list of texts now may have been one text */
};

struct shape;
struct field {
	const char *name;
	enum field_type type;
	enum field_absence absence;
	size_t at;
	const struct shape *shape;
};

/* A shape that is no object but one bare value has a single field without a name. */
struct shape {
	size_t bytes;
	size_t count;
	const struct field *fields;
};

extern const struct shape trace_shape, host_shape, process_shape, untraced_process_shape,
    frame_shape, stack_shape;

/* The bytes of one item of a field that is a list. */
size_t field_item_bytes(const struct field *field);

#endif
