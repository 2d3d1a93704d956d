/*
 * complain.c - the one line on stderr that says what is wrong.
 */
#include "complain.h"

#include "command.h"
#include "safe_text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

bool object_to(struct complaint *complaint, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(complaint->text, sizeof(complaint->text), format, args);
	va_end(args);
	return false;
}

/* In one write, so that lines of a traced program's processes don't get between. */
static void complain_with(const char *format, va_list args)
{
	char *text = NULL, *safe = NULL;

	if (vasprintf(&text, format, args) >= 0 && (safe = safe_text(text)))
		fprintf(stderr, "copytrace: %s\n", safe);
	else
		fputs("copytrace: out of memory\n", stderr);
	free(text);
	free(safe);
}

void complain(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	complain_with(format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	complain_with(format, args);
	va_end(args);
	exit(EXIT_UNUSABLE);
}
