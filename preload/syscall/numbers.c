/*
 * numbers.c - which of the kernel's system calls are accounted, and which else concern us.
 */
#include "syscall/numbers.h"

#include <sys/syscall.h>

static const uint16_t call_of[] = {
#define CALL(...)
#define CHARACTER_IN(...)
#define CHARACTER_OUT(...)
#define SPECIAL(...)
#define ALIAS(...)
#define LEFT_OUT(...)
#define SYSCALL(name, flags, object, effect) [SYS_##name] = CALL_sys_##name,
#include "shared/calls.def"
#include "shared/calls_undef.h"
};

enum call number_call(long number)
{
	bool known = (unsigned long)number < sizeof(call_of) / sizeof(*call_of);
	return known ? (enum call)call_of[number] : CALL_none;
}

bool number_is_wanted(int number)
{
	/* The end of the process, and the handler of cancel.c */
	return number_call(number) != CALL_none || number == SYS_exit_group ||
	       number == SYS_rt_sigaction;
}

bool number_moves(int number)
{
	return call_table[number_call(number)].flags & MOVES;
}

bool number_needs_own_stack(long number)
{
	switch (number) {
	case SYS_rt_sigreturn:
	case SYS_clone:
	case SYS_clone3:
	case SYS_fork:
	case SYS_vfork:
		return true;
	default:
		return false;
	}
}
