/*
 * output_file.h - a new file that appears whole or not at all and replaces nothing unasked.
 */
#ifndef VIEWER_OUTPUT_FILE_H
#define VIEWER_OUTPUT_FILE_H

#include "complain.h"
#include "model.h"

#include <stdbool.h>

/* Whether a file could be put there; asked before a long run, so that its trace isn't lost. */
bool output_possible(const char *path, bool replace, struct complaint *why);

/* Writes the trace under another name, mode 0600, and then gives it this one. EEXIST in errno where
 * taken. */
bool output_trace(const struct trace *trace, const char *path, bool replace, struct complaint *why);

#endif
