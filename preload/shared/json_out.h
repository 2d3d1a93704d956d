/*
 * json_out.h - writes JSON into a buffer that is emptied through a function.
 *
 * It is ours and not a library's because it must never allocate, lock, or
 * look at the locale: it may run in a signal handler that interrupted malloc.
 */
#ifndef SHARED_JSON_OUT_H
#define SHARED_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_out {
	/* Takes n bytes; returns false when they can't be taken, after which no more come. */
	bool (*drain)(void *context, const char *bytes, size_t n);
	void *context;
	bool failed;
	bool comma; /* the next value needs one before it */
	size_t used;
	char buffer[8192];
};

void emit_init(struct json_out *out, bool (*drain)(void *, const char *, size_t), void *context);
void emit_open(struct json_out *out, const char *key,
	       char bracket);			     /* '{' or '['; key NULL in arrays */
void emit_close(struct json_out *out, char bracket); /* '}' or ']' */
void emit_uint(struct json_out *out, const char *key, uint64_t value);
void emit_int(struct json_out *out, const char *key, int64_t value);
void emit_bool(struct json_out *out, const char *key, bool value);
void emit_null(struct json_out *out, const char *key);
void emit_seconds(struct json_out *out, const char *key, uint64_t ns); /* as a number of seconds */

/* A string of n bytes. A byte that isn't part of valid UTF-8 is written as the four characters
 * \xNN. */
void emit_text(struct json_out *out, const char *key, const char *bytes, size_t n);
void emit_string(struct json_out *out, const char *key, const char *text);
void emit_newline(struct json_out *out); /* between two members: after the comma they need */
void emit_end(struct json_out *out);	 /* where no member follows */

/* Empties the buffer; returns false if anything was ever refused. */
__attribute__((warn_unused_result)) bool emit_finish(struct json_out *out);

#endif
