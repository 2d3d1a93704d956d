/*
 * demangle.h - the names of C++ functions as they stand in the source.
 */
#ifndef VIEWER_DEMANGLE_H
#define VIEWER_DEMANGLE_H

#include "arena.h"

/* The name itself where it isn't a mangled one or no demangler is installed. */
const char *demangle(struct arena *arena, const char *name);

#endif
