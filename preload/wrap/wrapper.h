/*
 * wrapper.h - what every wrapper is made of.
 */
#ifndef WRAP_WRAPPER_H
#define WRAP_WRAPPER_H

#include "span/effects.h"
#include "wrap/real.h"

/*
 * The wrapper's return address, and the stack pointer before it was called.
 * exports.S jumps to the wrappers, so the caller is the program.
 */
#define CALLER ((uintptr_t)__builtin_return_address(0))
#define FRAME  ((uintptr_t)__builtin_dwarf_cfa())

/*
 * Around a call that makes, moves or ends mappings, where libc was left as it was: the hook of its
 * system call doesn't see it. The arguments are those of the system call.
 */
void unlayered_enter(long number, const long a[6]);
void unlayered_exit(long number, const long a[6], long r);
#define MAPS(name, ...)	     unlayered_enter(SYS_##name, (const long[6]){__VA_ARGS__})
#define MAPPED(name, r, ...) unlayered_exit(SYS_##name, (const long[6]){__VA_ARGS__}, (long)(r))

/*
 * The body of a wrapper: `call` is made once whatever happens, and `r`, its
 * result, is returned. object and effect as in calls.def.
 */
#define WRAPPED(row, type, call_, object_, effect_)                                                \
	do {                                                                                       \
		struct span span, *s = &span;                                                      \
		if (!span_enter(FRAME))                                                            \
			return call_;                                                              \
		object_ref source = NO_OBJECT;                                                     \
		object_ref object = object_;                                                       \
		span_begin(s, CALL_##row, object, source, CALLER, FRAME);                          \
		type r = call_;                                                                    \
		if (span_is_open(s)) {                                                             \
			span_returned(s);                                                          \
			effect_;                                                                   \
			span_end(s);                                                               \
		}                                                                                  \
		return r;                                                                          \
	} while (0)

#endif
