/*
 * preload_order.h - where we stand among the libraries of LD_PRELOAD.
 */
#ifndef SHARED_PRELOAD_ORDER_H
#define SHARED_PRELOAD_ORDER_H

#include <stdbool.h>
#include <string.h>

/*
 * First, so that allocations are seen before an allocator that is preloaded
 * takes them; but behind the runtime of AddressSanitizer, which ends a program
 * in which it doesn't come first (gcc's, and clang's).
 */
static inline bool preload_comes_first(const char *others)
{
	return !strstr(others, "libasan.so") && !strstr(others, "libclang_rt.asan");
}

#endif
