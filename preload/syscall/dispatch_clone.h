/*
 * dispatch_clone.h - fork, vfork, clone and clone3, when the program makes them itself.
 */
#ifndef SYSCALL_DISPATCH_CLONE_H
#define SYSCALL_DISPATCH_CLONE_H

#include "syscall/dispatch_frame.h"

/* Makes the call now, or prepares the context for making it. */
void clone_caught(struct caught *caught, bool known);

/* Prepares the context for a call after which there may be no stack; false where no place is left.
 */
bool clone_alone(ucontext_t *context);

#endif
