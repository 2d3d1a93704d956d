/*
 * dispatch_special.h - caught calls that can't be made as others are: about signals, the stack, or
 * what dispatch itself rests on.
 */
#ifndef SYSCALL_DISPATCH_SPECIAL_H
#define SYSCALL_DISPATCH_SPECIAL_H

#include "syscall/dispatch_frame.h"
#include "syscall/dispatch_thread.h"

/*
 * Makes the call, or prepares the program's context for making it; false for a
 * call that is like others. numbers.c lists these numbers too.
 */
bool special_call(struct caught *caught, struct dispatch_self *me, bool known);

/* int 0x80 in a 64-bit program. What it does to signals and children is mended afterwards. */
void special_int80(struct caught *caught, bool known);

#endif
