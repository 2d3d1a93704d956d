/*
 * unlayered.c - calls that make, move or end mappings, where libc was left as it was and no hook
 * sees their system calls.
 */
#include "memory/mapping_calls.h"
#include "wrap/wrapper.h"

static __thread struct mapping_call under_way;

static bool is_unlayered(void)
{
	return live.region->syscall_layer != SYSCALLS_ON &&
	       live.region->exhaustive != EXHAUSTIVE_ON;
}

void unlayered_enter(long number, const long a[6])
{
	if (is_unlayered())
		mapping_call_enter(&under_way, number, a);
}

void unlayered_exit(long number, const long a[6], long r)
{
	if (is_unlayered())
		mapping_call_exit(&under_way, number, a, r);
}
