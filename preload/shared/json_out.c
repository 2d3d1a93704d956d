/*
 * json_out.c - writes JSON into a buffer that is emptied through a function.
 */
#include "shared/json_out.h"

#include <string.h>

static void empty(struct json_out *out)
{
	if (!out->failed && !out->drain(out->context, out->buffer, out->used))
		out->failed = true;
	out->used = 0;
}

/* Most of what is put is a few bytes long. */
static void copy(char *to, const char *from, size_t n)
{
	for (; n >= 8; n -= 8, to += 8, from += 8)
		__builtin_memcpy(to, from, 8);
	for (; n > 0; n--)
		*to++ = *from++;
}

static void put(struct json_out *out, const char *bytes, size_t n)
{
	while (n > 0) {
		size_t part = sizeof(out->buffer) - out->used;
		if (part > n)
			part = n;
		copy(out->buffer + out->used, bytes, part);
		out->used += part;
		bytes += part;
		n -= part;
		if (out->used == sizeof(out->buffer))
			empty(out);
	}
}

static void put_char(struct json_out *out, char c)
{
	out->buffer[out->used++] = c;
	if (out->used == sizeof(out->buffer))
		empty(out);
}

static void put_uint(struct json_out *out, uint64_t value, int least_digits)
{
	char digits[24];
	int at = sizeof(digits);
	while (value > 0 || least_digits > 0) {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
		least_digits--;
	}
	put(out, digits + at, sizeof(digits) - (size_t)at);
}

/* How many bytes at the start of text are one valid UTF-8 sequence (RFC 3629); 0 where none is. */
static size_t utf8_sequence(const unsigned char *text, size_t n)
{
	if (text[0] < 0x80)
		return 1;
	size_t length = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
	if (text[0] < 0xc2 || text[0] > 0xf4 || length > n)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return length;
}

/* How many bytes at the start of text stand for themselves. */
static size_t plain_bytes(const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && text[i] >= ' ' && text[i] < 0x7f && text[i] != '"' && text[i] != '\\')
		i++;
	return i;
}

static void put_quoted(struct json_out *out, const char *bytes, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	put_char(out, '"');
	for (size_t i = 0; i < n && !out->failed;) {
		size_t plain = plain_bytes(bytes + i, n - i);
		put(out, bytes + i, plain);
		i += plain;
		if (i == n)
			break;
		const unsigned char *c = (const unsigned char *)bytes + i;
		size_t length = utf8_sequence(c, n - i);
		if (length == 0) {
			char escaped[] = {'\\', '\\', 'x', hex[*c >> 4], hex[*c & 15]};
			put(out, escaped, sizeof(escaped));
			length = 1;
		} else if (*c < 0x20 || *c == 0x7f) {
			char escaped[] = {'\\', 'u', '0', '0', hex[*c >> 4], hex[*c & 15]};
			put(out, escaped, sizeof(escaped));
		} else {
			if (*c == '"' || *c == '\\')
				put_char(out, '\\');
			put(out, (const char *)c, length);
		}
		i += length;
	}
	put_char(out, '"');
}

static void start(struct json_out *out, const char *key)
{
	if (out->comma)
		put(out, ", ", 2);
	out->comma = true;
	if (key) {
		put_quoted(out, key, strlen(key));
		put(out, ": ", 2);
	}
}

void emit_init(struct json_out *out, bool (*drain)(void *, const char *, size_t), void *context)
{
	out->drain = drain;
	out->context = context;
	out->failed = false;
	out->comma = false;
	out->used = 0;
}

void emit_open(struct json_out *out, const char *key, char bracket)
{
	start(out, key);
	put_char(out, bracket);
	out->comma = false;
}

void emit_close(struct json_out *out, char bracket)
{
	put_char(out, bracket);
	out->comma = true;
}

void emit_uint(struct json_out *out, const char *key, uint64_t value)
{
	start(out, key);
	put_uint(out, value, 1);
}

void emit_int(struct json_out *out, const char *key, int64_t value)
{
	start(out, key);
	if (value < 0)
		put_char(out, '-');
	put_uint(out, value < 0 ? -(uint64_t)value : (uint64_t)value, 1);
}

void emit_bool(struct json_out *out, const char *key, bool value)
{
	start(out, key);
	put(out, value ? "true" : "false", value ? 4 : 5);
}

void emit_null(struct json_out *out, const char *key)
{
	start(out, key);
	put(out, "null", 4);
}

void emit_seconds(struct json_out *out, const char *key, uint64_t ns)
{
	start(out, key);
	put_uint(out, ns / 1000000000u, 1);
	put_char(out, '.');
	put_uint(out, ns % 1000000000u, 9);
}

void emit_text(struct json_out *out, const char *key, const char *bytes, size_t n)
{
	start(out, key);
	put_quoted(out, bytes, n);
}

void emit_string(struct json_out *out, const char *key, const char *text)
{
	emit_text(out, key, text, strlen(text));
}

void emit_newline(struct json_out *out)
{
	if (out->comma)
		put_char(out, ',');
	out->comma = false;
	put_char(out, '\n');
}

void emit_end(struct json_out *out)
{
	put_char(out, '\n');
}

bool emit_finish(struct json_out *out)
{
	if (out->used > 0)
		empty(out);
	return !out->failed;
}
