/*
 * numbers.h - which of the kernel's system calls are accounted, and which else concern us.
 */
#ifndef SYSCALL_NUMBERS_H
#define SYSCALL_NUMBERS_H

#include "shared/table.h"

/* The row of a system call; CALL_none where it isn't accounted. */
enum call number_call(long number);

/* Whether it is worth while to be called at such a call. */
bool number_is_wanted(long number);

/* Whether such a call makes a process or a thread. */
bool number_clones(long number);

/*
 * System calls that can't be made from a frame of ours: their stack or their
 * return is another's. None of them moves bytes.
 */
bool number_needs_own_stack(long number);

/*
 * Whether exhaustive mode must catch such a call where it is made, by dispatch:
 * to forward it, as hook.c does, isn't all there is to it.
 */
bool number_must_trap(long number);

/* Whether such calls move bytes. */
bool number_moves(long number);

/* Whether such a call makes another program of the process. */
bool number_executes(long number);

/* Whether such a call makes, moves or ends mappings of memory, or their pages. */
bool number_maps(long number);

/* Whether after such a call others may be forbidden, ours too. */
bool number_confines(long number);

#endif
