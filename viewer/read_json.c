/*
 * read_json.c - reads a trace's JSON into the model, strictly, by the table of its shape.
 */
#include "fields.h"
#include "trace_io.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#define SECONDS_MOST 9e9 /* fits into 63 bits of nanoseconds */

/* Where in the document we are, for telling the user. */
struct place {
	const struct place *parent;
	const char *key; /* or NULL: an index */
	size_t index;
};

struct reader {
	struct arena *arena;
	struct map *texts;
	struct complaint *why;
};

static size_t describe(const struct place *place, char *out, size_t room)
{
	size_t used = 0;
	if (!place)
		return 0;
	if (place->parent)
		used = describe(place->parent, out, room);
	int n = place->key
		    ? snprintf(out + used, room - used, "%s%.60s", used ? "." : "", place->key)
		    : snprintf(out + used, room - used, "[%zu]", place->index);
	return used + n < room ? used + n : room - 1;
}

static bool refuse(struct reader *reader, const struct place *place, const char *what)
{
	char where[256] = "";
	describe(place, where, sizeof(where));
	return object_to(reader->why, "%s %s", where[0] ? where : "the trace", what);
}

static bool read_number(struct reader *reader, const struct place *place, const json_t *value,
			uint64_t *number)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return refuse(reader, place, "isn't a whole number from 0");
	*number = json_integer_value(value);
	return true;
}

static bool read_signed(struct reader *reader, const struct place *place, const json_t *value,
			int64_t *number)
{
	if (!json_is_integer(value) || json_integer_value(value) == UNKNOWN_SIGNED)
		return refuse(reader, place, "isn't a whole number");
	*number = json_integer_value(value);
	return true;
}

static bool read_text(struct reader *reader, const struct place *place, const json_t *value,
		      const char **text)
{
	if (!json_is_string(value))
		return refuse(reader, place, "isn't a string");
	*text = map_text(reader->texts, reader->arena, json_string_value(value));
	return true;
}

static bool read_bool(struct reader *reader, const struct place *place, const json_t *value,
		      bool *to)
{
	if (!json_is_boolean(value))
		return refuse(reader, place, "isn't true or false");
	*to = json_is_true(value);
	return true;
}

static bool read_seconds(struct reader *reader, const struct place *place, const json_t *value,
			 uint64_t *ns)
{
	double seconds = json_number_value(value);
	if (!json_is_number(value) || !(seconds >= 0 && seconds < SECONDS_MOST))
		return refuse(reader, place, "isn't a time in seconds");
	*ns = (uint64_t)(seconds * 1e9 + 0.5);
	return true;
}

static bool read_counts(struct reader *reader, const struct place *parent, const json_t *object,
			struct counts *counts)
{
	for (int i = 0; i < COLUMNS; i++) {
		struct place place = {parent, column_table[i].name, 0};
		const json_t *value = json_object_get(object, place.key);
		if (!value && i == COLUMN_in_process_bytes)
			continue; /* of a trace from before it was counted */
		if (!value)
			return refuse(reader, &place, "is missing");
		if (!read_number(reader, &place, value, &counts->of[i]))
			return false;
	}
	return true;
}

static bool read_sizes(struct reader *reader, const struct place *parent, const json_t *object,
		       struct sizes *sizes)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return refuse(reader, parent, "isn't an object");
	json_object_foreach((json_t *)object, key, value)
	{
		struct place place = {parent, key, 0};
		char bound[24];
		int bucket = 0;
		for (; bucket < SIZE_BUCKETS; bucket++) {
			snprintf(bound, sizeof(bound), "%" PRIu64, bucket_bound(bucket));
			if (!strcmp(bound, key))
				break;
		}
		if (bucket == SIZE_BUCKETS)
			return refuse(reader, &place, "isn't 0 or a power of two in range");
		if (!read_number(reader, &place, value, &sizes->of[bucket]))
			return false;
	}
	return true;
}

static bool read_object(struct reader *reader, const struct place *place, const json_t *object,
			const struct shape *shape, char *to);

/* One item of a list: bare, or an object of a shape. */
static bool read_item(struct reader *reader, const struct place *place, const json_t *value,
		      const struct field *list, char *to);

static bool read_list(struct reader *reader, const struct place *parent, const json_t *array,
		      const struct field *field, char *to)
{
	struct list list = {0};
	size_t bytes = field_item_bytes(field);

	if (!json_is_array(array))
		return refuse(reader, parent, "isn't an array");
	list.count = json_array_size(array);
	list.items = arena_take_array(reader->arena, list.count, bytes);
	for (size_t i = 0; i < list.count; i++) {
		struct place place = {parent, NULL, i};
		if (!read_item(reader, &place, json_array_get(array, i), field,
			       (char *)list.items + i * bytes))
			return false;
	}
	memcpy(to, &list, sizeof(list));
	return true;
}

static bool read_text_as_list(struct reader *reader, const struct place *place, const json_t *value,
			      char *to)
{
	struct list list = {1, arena_take(reader->arena, sizeof(const char *))};

	memcpy(to, &list, sizeof(list));
	return read_text(reader, place, value, list.items);
}

static bool read_value(struct reader *reader, const struct place *place, const json_t *value,
		       const struct field *field, void *to)
{
	switch (field->type) {
	case FIELD_NUMBER:
		return read_number(reader, place, value, to);
	case FIELD_SIGNED:
		return read_signed(reader, place, value, to);
	case FIELD_TEXT:
		return read_text(reader, place, value, to);
	case FIELD_BOOL:
		return read_bool(reader, place, value, to);
	case FIELD_SECONDS:
		return read_seconds(reader, place, value, to);
	case FIELD_COUNTS:
		return read_counts(reader, place, value, to);
	case FIELD_SIZES:
		return read_sizes(reader, place, value, to);
	case FIELD_OBJECT:
		return read_object(reader, place, value, field->shape, to);
	case FIELD_TEXTS:
		if (field->absence == ABSENT_OF_OLD && json_is_string(value))
			return read_text_as_list(reader, place, value, to);
		return read_list(reader, place, value, field, to);
	case FIELD_NUMBERS:
	case FIELD_LIST:
		return read_list(reader, place, value, field, to);
	}
	return false;
}

static bool read_item(struct reader *reader, const struct place *place, const json_t *value,
		      const struct field *list, char *to)
{
	if (list->type == FIELD_TEXTS)
		return read_text(reader, place, value, (const char **)to);
	if (list->type == FIELD_NUMBERS)
		return read_number(reader, place, value, (uint64_t *)to);
	if (!list->shape->fields[0].name)
		return read_value(reader, place, value, list->shape->fields, to);
	return read_object(reader, place, value, list->shape, to);
}

static bool is_list(const struct field *field)
{
	return field->type == FIELD_TEXTS || field->type == FIELD_NUMBERS ||
	       field->type == FIELD_LIST;
}

static void set_absent(const struct field *field, void *to)
{
	if (field->type == FIELD_OBJECT)
		for (size_t i = 0; i < field->shape->count; i++)
			set_absent(&field->shape->fields[i],
				   (char *)to + field->shape->fields[i].at);
	else if (field->absence == ABSENT_OF_OLD)
		memset(to, 0, is_list(field) ? sizeof(struct list) : sizeof(uint64_t));
	else if (field->type == FIELD_SIGNED)
		*(int64_t *)to = UNKNOWN_SIGNED;
	else if (field->type == FIELD_TEXT)
		*(const char **)to = NULL;
	else if (field->type == FIELD_BOOL)
		*(bool *)to = false;
	else
		*(uint64_t *)to = UNKNOWN;
}

static bool read_object(struct reader *reader, const struct place *parent, const json_t *object,
			const struct shape *shape, char *to)
{
	if (!json_is_object(object))
		return refuse(reader, parent, "isn't an object");
	for (size_t i = 0; i < shape->count; i++) {
		const struct field *field = &shape->fields[i];
		struct place place = {parent, field->name, 0};
		void *at = to + field->at;

		if (field->type == FIELD_COUNTS) {
			if (!read_counts(reader, parent, object, at))
				return false;
			continue;
		}
		const json_t *value = json_object_get(object, field->name);
		if (!value && field->absence == ABSENT_NEVER)
			return refuse(reader, &place, "is missing");
		if (!value || (json_is_null(value) && field->absence != ABSENT_NEVER))
			set_absent(field, at);
		else if (!read_value(reader, &place, value, field, at))
			return false;
	}
	return true;
}

/* Rows go by index; one that leads nowhere must not get further. */
struct indices {
	struct complaint *why;
	size_t process;
	const char *list, *key;
	size_t count; /* of what they lead to */
};

static bool check_index(const struct indices *indices, size_t row, uint64_t index)
{
	if (index == UNKNOWN || index < indices->count)
		return true;
	return object_to(indices->why, "processes[%zu].%s[%zu].%s is %" PRIu64 " of %zu",
			 indices->process, indices->list, row, indices->key, index, indices->count);
}

/* All rows of a list of a process. */
#define CHECK_INDICES(rows, index)                                                                 \
	for (size_t row = 0; row < (rows).count; row++)                                            \
		if (!check_index(&indices, row, (rows).items[row].index))                          \
			return false;

static bool check_process(const struct trace *trace, size_t number, struct complaint *why)
{
	const struct process *process = &trace->processes.items[number];
	struct indices indices = {why, number, "by_stack", "stack", trace->stacks.count};

	CHECK_INDICES(process->by_stack, stack)
	indices.list = "memory.by_stack";
	CHECK_INDICES(process->memory.by_stack, stack)
	indices.list = "memory.large_blocks";
	CHECK_INDICES(process->memory.large_blocks, stack)
	indices.list = "faults.rows";
	CHECK_INDICES(process->faults.rows, stack)
	indices.key = "mapping";
	indices.count = process->memory.mappings.count;
	CHECK_INDICES(process->faults.rows, mapping)
	return true;
}

static bool check_indices(const struct trace *trace, struct complaint *why)
{
	for (size_t i = 0; i < trace->stacks.count; i++) {
		const struct frames *stack = &trace->stacks.items[i];
		for (size_t k = 0; k < stack->count; k++)
			if (stack->items[k] >= trace->frames.count)
				return object_to(why,
						 "stacks[%zu][%zu] is frame %" PRIu64 " of %zu", i,
						 k, stack->items[k], trace->frames.count);
	}
	for (size_t i = 0; i < trace->processes.count; i++)
		if (!check_process(trace, i, why))
			return false;
	return true;
}

/* Before all else: another schema's trace may differ anywhere. */
static bool check_schema(const json_t *root, struct complaint *why)
{
	const json_t *identity = json_object_get(root, "copytrace");
	const json_t *schema = json_object_get(identity, "schema");

	if (!json_is_integer(schema))
		return object_to(why, "not a trace: copytrace.schema is missing");
	if (json_integer_value(schema) != TRACE_SCHEMA)
		return object_to(
		    why,
		    "schema %" JSON_INTEGER_FORMAT
		    " isn't the one that this version reads (%d); read it with the copytrace "
		    "that wrote it",
		    json_integer_value(schema), TRACE_SCHEMA);
	return true;
}

/*
 * The library makes an object of every value, and gives each back for itself.
 * All of a document are given back at once, in half the time.
 */
static struct arena document;

static void *take(size_t bytes)
{
	return arena_take(&document, bytes);
}

static void leave(void *memory)
{
}

static bool read_document(struct trace *trace, json_t *root, const json_error_t *error,
			  struct complaint *why)
{
	struct reader reader = {&trace->arena, &trace->texts, why};

	if (!root) {
		arena_close(&document);
		return object_to(why, "not valid JSON: line %d, byte offset %d: %s", error->line,
				 error->position, error->text);
	}
	bool fine = check_schema(root, why) &&
		    read_object(&reader, NULL, root, &trace_shape, (char *)trace) &&
		    check_indices(trace, why);
	arena_close(&document);
	if (!fine)
		trace_close(trace);
	return fine;
}

/* The library asks for a kilobyte at a time. */
struct source {
	int fd;
	int error;
	size_t at, end;
	char bytes[65536];
};

static size_t take_bytes(void *buffer, size_t room, void *context)
{
	struct source *source = context;

	if (source->at == source->end) {
		ssize_t n = read(source->fd, source->bytes, sizeof(source->bytes));
		if (n < 0) {
			source->error = errno;
			return (size_t)-1;
		}
		source->at = 0;
		source->end = (size_t)n;
	}
	if (room > source->end - source->at)
		room = source->end - source->at;
	memcpy(buffer, source->bytes + source->at, room);
	source->at += room;
	return room;
}

bool trace_read_json(struct trace *trace, int fd, struct complaint *why)
{
	struct source source;
	json_error_t error;

	*trace = (struct trace){0};
	source.fd = fd;
	source.error = 0;
	source.at = source.end = 0;
	json_set_alloc_funcs(take, leave);
	json_t *root = json_load_callback(take_bytes, &source, JSON_REJECT_DUPLICATES, &error);
	if (!root && source.error) {
		arena_close(&document);
		return object_to(why, "can't be read at byte offset %d: %s", error.position,
				 strerror(source.error));
	}
	return read_document(trace, root, &error, why);
}

bool trace_read_json_text(struct trace *trace, const char *text, size_t bytes,
			  struct complaint *why)
{
	json_error_t error;

	*trace = (struct trace){0};
	json_set_alloc_funcs(take, leave);
	json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
	return read_document(trace, root, &error, why);
}
