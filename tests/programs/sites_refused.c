/*
 * sites_refused.c - runs a program in which memory can't become writable and executable: refused by
 * the kernel (prctl PR_SET_MDWE, Linux 6.3), or by a filter as sandboxes have.
 *
 *     sites_refused kernel|filter PROGRAM...
 */
#include "filter.h"
#include <linux/audit.h>
#include <sys/mman.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE		 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

#define WRITE_AND_EXECUTE (PROT_WRITE | PROT_EXEC)

static void filter(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 4),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
	    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, WRITE_AND_EXECUTE),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, WRITE_AND_EXECUTE, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	FILTER(code);
}

int main(int argc, char **argv)
{
	if (!strcmp(argv[1], "filter"))
		filter();
	else if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) < 0)
		return 77; /* this kernel can't */
	must(execv(argv[2], argv + 2));
}
