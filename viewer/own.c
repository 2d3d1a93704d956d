/*
 * own.c - gives what one trace points to a place in the memory of another; equal texts become one.
 */
#include "own.h"

#include "trace_io.h"

#include <string.h>

static void own_value(struct trace *into, const struct field *field, void *value);

static void own_list(struct trace *into, const struct field *field, void *value)
{
	const size_t bytes = field_item_bytes(field);
	struct list list;

	memcpy(&list, value, sizeof(list));
	char *items = arena_take_array(&into->arena, list.count, bytes);
	if (list.count)
		memcpy(items, list.items, list.count * bytes);
	list.items = items;
	memcpy(value, &list, sizeof(list));
	for (size_t i = 0; i < list.count && field->type != FIELD_NUMBERS; i++) {
		char *item = items + i * bytes;
		if (field->type == FIELD_TEXTS)
			*(const char **)item = map_text(&into->texts, &into->arena, *(char **)item);
		else
			trace_own(into, field->shape, item);
	}
}

static void own_value(struct trace *into, const struct field *field, void *value)
{
	switch (field->type) {
	case FIELD_TEXT:
		if (*(const char **)value)
			*(const char **)value =
			    map_text(&into->texts, &into->arena, *(const char **)value);
		break;
	case FIELD_OBJECT:
		trace_own(into, field->shape, value);
		break;
	case FIELD_TEXTS:
	case FIELD_NUMBERS:
	case FIELD_LIST:
		own_list(into, field, value);
		break;
	case FIELD_NUMBER:
	case FIELD_SIGNED:
	case FIELD_BOOL:
	case FIELD_SECONDS:
	case FIELD_COUNTS:
	case FIELD_SIZES:
		break;
	}
}

void trace_own(struct trace *into, const struct shape *shape, void *object)
{
	for (size_t i = 0; i < shape->count; i++)
		own_value(into, &shape->fields[i], (char *)object + shape->fields[i].at);
}
