/*
 * own.h - gives what one trace points to a place in the memory of another; equal texts become one.
 */
#ifndef VIEWER_OWN_H
#define VIEWER_OWN_H

#include "fields.h"
#include "model.h"

/* The object is of that shape and already where it is to stay. */
void trace_own(struct trace *into, const struct shape *shape, void *object);

#endif
