/*
 * safe_text.h - makes text from a trace safe to show on a terminal.
 */
#ifndef VIEWER_SAFE_TEXT_H
#define VIEWER_SAFE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A copy, to be freed, in which every byte that could act on a terminal
 * (control characters, escape, DEL, C1, invalid UTF-8, controls of the
 * direction of writing, invisible characters) is the four characters \xNN.
 * NULL only without memory.
 */
char *safe_text(const char *text);

/* The columns that safe text takes on a terminal, every character counted as one. */
size_t text_width(const char *text);

#endif
