/*
 * fork_refused.c - one fork that succeeds, and one that fails: no process was made by that.
 *
 * EXPECT (parent) call fork: calls=2 errors=1
 */
#include "filter.h"
#include <sys/wait.h>

int main(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	pid_t pid = must(fork());
	if (pid == 0)
		_exit(0);
	gives(waitpid(pid, NULL, 0), pid);
	FILTER(code);
	fails(fork(), EAGAIN);
	return 0;
}
