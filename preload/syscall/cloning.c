/*
 * cloning.c - what a system call asks for that makes a process or a thread.
 */
#include "syscall/cloning.h"

#include "abi/raw.h"
#include "memory/faults.h"
#include "memory/forks.h"

#include <linux/sched.h>

struct cloning cloning_of(const struct call_frame *call)
{
	struct cloning wanted = {0};
	const struct clone_args *args = (const struct clone_args *)call->a[0];
	switch (call->nr) {
	case SYS_vfork:
		wanted.flags = CLONE_VM | CLONE_VFORK;
		break;
	case SYS_clone:
		wanted.flags = (uint32_t)call->a[0];
		wanted.stack = call->a[1] != 0;
		break;
	case SYS_clone3:
		/* Where it can't be read the kernel will say so. */
		if (!raw_is_readable(&args->flags) || !raw_is_readable(&args->stack))
			break;
		wanted.flags = args->flags;
		wanted.stack = args->stack != 0;
		break;
	}
	return wanted;
}

void cloning_prepare(const struct cloning *wanted)
{
	if (wanted->flags & CLONE_VM)
		return;
	faults_drain();
	forks_prepare_call();
}
