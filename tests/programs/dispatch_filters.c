/*
 * dispatch_filters.c - a program that filters its own system calls: they fail, trap or kill as it said.
 *
 * SEEN write: calls=1+1+3+1 errors=1 returned=5*3
 */
#include "raw.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <ucontext.h>

static volatile long trapped_number, trapped_code, trapped_at, trapped_argument, trapped_rip;
extern const char behind_the_trap[];

static void handler(int signal, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	trapped_code = info->si_code;
	trapped_number = info->si_syscall;
	trapped_at = (long)info->si_call_addr;
	trapped_rip = uc->uc_mcontext.gregs[REG_RIP];
	trapped_argument = uc->uc_mcontext.gregs[REG_RDI];
	uc->uc_mcontext.gregs[REG_RAX] = 4711;
	say("in");
}

static void filter(int number, unsigned action)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, action),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	gives(RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), 0);
}

static int ended(pid_t pid)
{
	int status;
	gives(waitpid(pid, &status, 0), pid);
	return status & ~0x80; /* whether a core was dumped is not our question */
}

int main(void)
{
	pid_t pid;
	long r;
	/* Only reads, writes and exit are left to it. */
	if (!(pid = must(fork()))) {
		must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0));
		RAW(SYS_write, 1, "st\n", 3);
		RAW(SYS_exit, 5);
	}
	gives(ended(pid), 5 << 8);

	/* Fails. */
	filter(SYS_getpriority, SECCOMP_RET_ERRNO | 77);
	gives(RAW(SYS_getpriority, 0, 0), -77);
	filter(SYS_sendfile, SECCOMP_RET_ERRNO | EPERM);
	gives(RAW(SYS_sendfile, 1, 0, NULL, 10), -EPERM);
	say("ok");
	gives(RAW(SYS_write, 99, "x", 1), -EBADF);

	/* Killed. */
	if (!(pid = must(fork()))) {
		filter(SYS_getppid, SECCOMP_RET_KILL_PROCESS);
		RAW(SYS_getppid);
		_exit(0);
	}
	gives(ended(pid), SIGSYS);

	/* Trapped, with nobody to handle it. */
	if (!(pid = must(fork()))) {
		filter(SYS_getppid, SECCOMP_RET_TRAP);
		RAW(SYS_getppid);
		_exit(0);
	}
	gives(ended(pid), SIGSYS);

	/* Ignored or blocked it kills too. */
	if (!(pid = must(fork()))) {
		signal(SIGSYS, SIG_IGN);
		filter(SYS_getppid, SECCOMP_RET_TRAP);
		RAW(SYS_getppid);
		_exit(0);
	}
	gives(ended(pid), SIGSYS);

	/* Trapped and emulated by a handler, which sees the call where the program made it. */
	must(sigaction(SIGSYS, &(struct sigaction){.sa_sigaction = handler, .sa_flags = SA_SIGINFO},
		       NULL));
	filter(SYS_getppid, SECCOMP_RET_TRAP);
	__asm__ volatile("syscall\nbehind_the_trap:"
			 : "=a"(r)
			 : "0"(SYS_getppid), "D"(55L)
			 : "rcx", "r11", "memory");
	gives(r, 4711);
	gives(trapped_code, 1);
	gives(trapped_number, SYS_getppid);
	gives(trapped_argument, 55);
	gives(trapped_at == (long)behind_the_trap, 1);
	gives(trapped_rip == (long)behind_the_trap, 1);
	gives(getppid(), 4711);
	filter(SYS_pwrite64, SECCOMP_RET_TRAP);
	gives(RAW(SYS_pwrite64, 1, "xx", 2, 0), 4711);
	say("ok");
	return 0;
}
