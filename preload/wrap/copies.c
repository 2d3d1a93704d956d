/*
 * copies.c - takes from libcopytrace_copies.so what the program copies within its memory.
 */
#include "shared/copies.h"

#include "span/span.h"
#include "wrap/real.h"

#include <dlfcn.h>

/* Where an allocator comes before us, dlsym finds that; a copy of its own may be made as it
 * prepares to serve a thread. */
void copies_start(void)
{
	if (&copytrace_copies)
		span_settings.foreign_allocator = real_library_of(dlsym(RTLD_DEFAULT, "malloc")) !=
						  real_library_of((void *)copies_start);
}

void copytrace_copied(enum call call, size_t bytes, uintptr_t caller, uintptr_t frame)
{
	if (span_enter(frame))
		span_copied(call, bytes, caller, frame);
}
