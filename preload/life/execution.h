/*
 * execution.h - what surrounds an exec: the record ends before it, the new program is given what it
 * needs to be traced, and where the exec fails the record goes on as if nothing had been.
 */
#ifndef LIFE_EXECUTION_H
#define LIFE_EXECUTION_H

#include "life/environment.h"
#include "shared/region.h"

#include <stdbool.h>

struct execution {
	struct next_image next;
	struct untraced *untraced;
	struct untraced_process *process;
	bool ended_now;
};

/*
 * Whether every exec of libc's comes by as a system call, and is treated there:
 * also those of system, popen and posix_spawn, in children that run no line of
 * the program's. Wrappers then leave it to that.
 */
bool execution_is_hooked(void);

/* Has execs that come by as system calls treated; once. rewritten: those of libc do. */
void execution_watch(bool rewritten);

/*
 * Ends the record, with the note that was made of a program that can't be
 * traced. A child that shares its parent's memory has no record of its own, and
 * leaves its parent's alone.
 */
void execution_begin(struct execution *execution, struct untraced *untraced);

/* The exec has failed. */
void execution_failed(const struct execution *execution);

#endif
