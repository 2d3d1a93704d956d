/*
 * dispatch_trap.h - what becomes of a system call that was caught.
 */
#ifndef SYSCALL_DISPATCH_TRAP_H
#define SYSCALL_DISPATCH_TRAP_H

#include <signal.h>
#include <stdint.h>

void trap_handler(int signal, siginfo_t *info, void *context);

/* Has another thread arm itself, or where the program dispatches, disarm. */
void trap_ask(int tid);
extern uint32_t trap_answers; /* how many have */

#endif
