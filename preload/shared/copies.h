/*
 * copies.h - what lies between libcopytrace.so and libcopytrace_copies.so, which is preloaded
 * beside it where copies inside the process are to be counted.
 *
 * Two libraries, since a library that exports memcpy has every call of it come
 * by, in a run that didn't ask for that too.
 */
#ifndef SHARED_COPIES_H
#define SHARED_COPIES_H

#include "shared/table.h"

#include <stddef.h>
#include <stdint.h>

/* Weak: neither library needs the other, and either sees by the address whether it is there. */
#define BETWEEN_THE_TWO __attribute__((weak, visibility("default")))

/* libcopytrace.so's: counts a copy. `frame` is the stack pointer before the call, whose return
 * address is `caller`. */
BETWEEN_THE_TWO void copytrace_copied(enum call call, size_t bytes, uintptr_t caller,
				      uintptr_t frame);

/* The other's. */
BETWEEN_THE_TWO extern const char copytrace_copies;

#endif
