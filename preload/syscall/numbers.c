/*
 * numbers.c - which of the kernel's system calls are accounted, and which else concern us.
 */
#include "syscall/numbers.h"

#include "abi/kernel.h"

static const uint16_t call_of[] = {
#define SYSCALL(name, flags, object, effect) [SYS_##name] = CALL_sys_##name,
#include "shared/calls.def"
};

enum call number_call(long number)
{
	bool known = (unsigned long)number < sizeof(call_of) / sizeof(*call_of);
	return known ? (enum call)call_of[number] : CALL_none;
}

bool number_is_wanted(long number)
{
	/* The end of the process, its next program, memory, the handlers of signals that are ours,
	 * and the first thing that libc does in a new thread */
	return number_call(number) != CALL_none || number == SYS_exit_group ||
	       number_executes(number) || number_confines(number) || number_maps(number) ||
	       number == SYS_rt_sigaction || number == SYS_set_robust_list;
}

bool number_confines(long number)
{
	return number == SYS_prctl || number == SYS_seccomp;
}

bool number_maps(long number)
{
	switch (number) {
	case SYS_mmap:
	case SYS_munmap:
	case SYS_mremap:
	case SYS_madvise:
	case SYS_brk:
	case SYS_shmat:
	case SYS_shmdt:
	case SYS_mlock:
	case SYS_mlock2:
		return true;
	default:
		return false;
	}
}

bool number_executes(long number)
{
	return number == SYS_execve || number == SYS_execveat;
}

bool number_moves(long number)
{
	return call_table[number_call(number)].flags & MOVES;
}

bool number_clones(long number)
{
	return number == SYS_clone || number == SYS_clone3 || number == SYS_fork ||
	       number == SYS_vfork;
}

bool number_needs_own_stack(long number)
{
	return number == SYS_rt_sigreturn || number_clones(number);
}

bool number_must_trap(long number)
{
	if (number_needs_own_stack(number))
		return true;
	switch (number) {
	/* They are about signals, */
	case SYS_rt_sigaction:
	case SYS_rt_sigprocmask:
	case SYS_rt_sigpending:
	case SYS_sigaltstack:
	/* have a set of them while they last, */
	case SYS_rt_sigsuspend:
	case SYS_ppoll:
	case SYS_pselect6:
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
	case SYS_io_pgetevents:
	case SYS_io_uring_enter:
	/* or make or end what is to be armed, or its stack. */
	case SYS_execve:
	case SYS_execveat:
	case SYS_exit:
	case SYS_munmap:
	case SYS_prctl:
	case SYS_seccomp:
	case SYS_arch_prctl:
		return true;
	default:
		return false;
	}
}
