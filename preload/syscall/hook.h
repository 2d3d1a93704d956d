/*
 * hook.h - what is done before and after a system call that no wrapper announced.
 *
 * Both run in the place of a system call: they leave errno and the vector
 * registers alone. They take no lock and allocate nothing, but where a stack
 * must be unwound, or the process ends.
 */
#ifndef SYSCALL_HOOK_H
#define SYSCALL_HOOK_H

#include "syscall/frame.h"

/*
 * Counts the call; its bytes are counted when it returns, which some never do.
 * May change its arguments; hook_exit() puts back what was changed.
 */
void hook_enter(struct call_frame *frame);

/* The kernel has returned r: a result, or -errno. */
void hook_exit(struct call_frame *frame, long r);

/* What to do before exit_group; the floor of lifecycle sets it. */
extern void (*hook_at_exit)(int status);

/* Makes an execve or execveat, and returns where that fails; likewise. */
extern long (*hook_execute)(const struct call_frame *frame);

/* Does what the instruction did whose place a slot's jump took. Returns what is to be done next:
 * PREPARED_... of frame.h. */
int hook_prepare(struct call_frame *frame, const struct slot *slot);

#endif
