/*
 * kernel.h - what the kernel calls by a name that libc's headers lack, or that older ones lack.
 */
#ifndef ABI_KERNEL_H
#define ABI_KERNEL_H

#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* As rt_sigaction takes it on x86-64: include/linux/signal_types.h, struct sigaction. */
struct kernel_sigaction {
	uintptr_t handler;
	uint64_t flags;
	uintptr_t restorer;
	uint64_t mask;
};

/* Since Linux 5.11: include/uapi/linux/prctl.h */
#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_OFF	     0
#define PR_SYS_DISPATCH_ON	     1
#endif
/* include/uapi/asm-generic/siginfo.h */
#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

#endif
