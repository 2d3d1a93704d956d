/*
 * copies.c - takes from libcopytrace_copies.so what the program copies within its memory.
 */
#include "shared/copies.h"

#include "span/span.h"

void copytrace_copied(enum call call, size_t bytes, uintptr_t caller, uintptr_t frame)
{
	if (span_enter(frame))
		span_copied(call, bytes, caller, frame);
}
