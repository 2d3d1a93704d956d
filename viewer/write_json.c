/*
 * write_json.c - writes the model as a trace's JSON, by the table of its shape.
 */
#include "fields.h"
#include "shared/json_out.h"
#include "trace_io.h"

#include <inttypes.h>
#include <string.h>

static void write_object(struct json_out *out, const char *key, const struct shape *shape,
			 const char *from);
static void write_value(struct json_out *out, const struct field *field, const void *from);

static void write_counts(struct json_out *out, const struct counts *counts)
{
	for (int i = 0; i < COLUMNS; i++)
		emit_uint(out, column_table[i].name, counts->of[i]);
}

static void write_sizes(struct json_out *out, const char *key, const struct sizes *sizes)
{
	char bound[24];

	emit_open(out, key, '{');
	for (int i = 0; i < SIZE_BUCKETS; i++) {
		if (!sizes->of[i])
			continue;
		snprintf(bound, sizeof(bound), "%" PRIu64, bucket_bound(i));
		emit_uint(out, bound, sizes->of[i]);
	}
	emit_close(out, '}');
}

static void write_item(struct json_out *out, const struct field *list, const void *item)
{
	if (list->type == FIELD_TEXTS) {
		emit_string(out, NULL, *(const char *const *)item);
		return;
	}
	if (list->type == FIELD_NUMBERS) {
		emit_uint(out, NULL, *(const uint64_t *)item);
		return;
	}
	emit_newline(out);
	if (list->shape->fields[0].name)
		write_object(out, NULL, list->shape, item);
	else
		write_value(out, list->shape->fields, item);
}

static void write_list(struct json_out *out, const struct field *field, const void *from)
{
	struct list list;

	memcpy(&list, from, sizeof(list));
	emit_open(out, field->name, '[');
	for (size_t i = 0; i < list.count; i++)
		write_item(out, field, (const char *)list.items + i * field_item_bytes(field));
	emit_close(out, ']');
}

static bool is_absent(const struct field *field, const void *from)
{
	if (field->absence == ABSENT_NEVER || field->absence == ABSENT_OF_OLD)
		return false;
	if (field->type == FIELD_OBJECT)
		return is_absent(field->shape->fields,
				 (const char *)from + field->shape->fields->at);
	if (field->type == FIELD_BOOL)
		return !*(const bool *)from;
	if (field->type == FIELD_SIGNED)
		return *(const int64_t *)from == UNKNOWN_SIGNED;
	if (field->type == FIELD_TEXT)
		return !*(const char *const *)from;
	return *(const uint64_t *)from == UNKNOWN;
}

static void write_value(struct json_out *out, const struct field *field, const void *from)
{
	if (is_absent(field, from)) {
		if (field->absence == ABSENT_OR_NULL)
			emit_null(out, field->name);
		return;
	}
	switch (field->type) {
	case FIELD_NUMBER:
		emit_uint(out, field->name, *(const uint64_t *)from);
		break;
	case FIELD_SIGNED:
		emit_int(out, field->name, *(const int64_t *)from);
		break;
	case FIELD_TEXT:
		emit_string(out, field->name, *(const char *const *)from);
		break;
	case FIELD_BOOL:
		emit_bool(out, field->name, *(const bool *)from);
		break;
	case FIELD_SECONDS:
		emit_seconds(out, field->name, *(const uint64_t *)from);
		break;
	case FIELD_COUNTS:
		write_counts(out, from);
		break;
	case FIELD_SIZES:
		write_sizes(out, field->name, from);
		break;
	case FIELD_OBJECT:
		emit_newline(out);
		write_object(out, field->name, field->shape, from);
		break;
	case FIELD_TEXTS:
	case FIELD_NUMBERS:
	case FIELD_LIST:
		write_list(out, field, from);
		break;
	}
}

static void write_object(struct json_out *out, const char *key, const struct shape *shape,
			 const char *from)
{
	emit_open(out, key, '{');
	for (size_t i = 0; i < shape->count; i++)
		write_value(out, &shape->fields[i], from + shape->fields[i].at);
	emit_close(out, '}');
}

static bool to_file(void *context, const char *bytes, size_t n)
{
	return fwrite(bytes, 1, n, context) == n;
}

bool trace_write_json(const struct trace *trace, FILE *file)
{
	struct json_out out;

	emit_init(&out, to_file, file);
	write_object(&out, NULL, &trace_shape, (const char *)trace);
	bool fine = emit_finish(&out) && fputc('\n', file) != EOF;
	return !fflush(file) && fine;
}
