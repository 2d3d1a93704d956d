/*
 * lines.h - what the programs write and read: 4,096 lines of 64 bytes, by a stream with a buffer as
 * asked.
 */
#ifndef EXAMPLES_04_STDIO_LINES_H
#define EXAMPLES_04_STDIO_LINES_H

#include "../io.h"

#include <stdio.h>

enum { LINES = 4096, LINE_BYTES = 64, ALL_BYTES = LINES * LINE_BYTES };

/* All lines, without a terminating zero. */
static inline char *make_lines(void)
{
	char *lines = must_have(malloc(ALL_BYTES));

	memset(lines, 'x', ALL_BYTES);
	for (size_t i = 1; i <= LINES; i++)
		lines[i * LINE_BYTES - 1] = '\n';
	return lines;
}

static inline FILE *must_fopen(const char *path, const char *mode)
{
	FILE *stream = fopen(path, mode);

	if (!stream)
		err(1, "%s", path);
	return stream;
}

/* The buffer: "none"; "line", written at the end of each line; a size; "NULL,SIZE", which leaves it
 * to libc; or NULL, which says nothing. */
static inline void set_buffer(FILE *stream, const char *buffer)
{
	int mode = _IOFBF;
	size_t size = 0;
	char *at = NULL;

	if (!buffer)
		return;
	if (!strcmp(buffer, "none"))
		mode = _IONBF;
	else if (!strcmp(buffer, "line"))
		mode = _IOLBF;
	else if (!strncmp(buffer, "NULL,", 5))
		size = size_argument(buffer + 5);
	else
		at = must_have(malloc(size = size_argument(buffer)));
	if (setvbuf(stream, at, mode, size))
		err(1, "setvbuf");
}

static inline void must_close(FILE *stream)
{
	if (fclose(stream))
		err(1, "fclose");
}

#endif
