/*
 * probe.h - whether a system call may be made at all, under a seccomp filter that we don't know.
 */
#ifndef MEMORY_PROBE_H
#define MEMORY_PROBE_H

#include <stdbool.h>

/*
 * Whether the kernel would answer a perf_event_open, be it with a refusal. A
 * filter that was there before us may kill for it: then a child is made to ask.
 */
bool probe_perf_event_open(const void *attributes);

#endif
