/*
 * reaping.h - children that the process waits for: how they ended, and what they used.
 *
 * For a child that couldn't be traced, or was killed, nobody else knows.
 */
#ifndef SYSCALL_REAPING_H
#define SYSCALL_REAPING_H

#include "syscall/frame.h"

/* Has the kernel tell what the caller of wait4 or waitid didn't ask for. */
void reaping_enter(struct call_frame *frame);

/* Keeps what it told, and leaves the arguments as they were. */
void reaping_exit(struct call_frame *frame, long r);

#endif
