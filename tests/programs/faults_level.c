/*
 * faults_level.c - executes a program that can see page faults so well, or worse.
 *
 *     faults_level A+|A|B|C|kills PROGRAM ARGUMENT...
 *
 * A+: as well as whoever runs it. A: without the right to look at the kernel. B: no event can be mapped. C: perf_event_open is
 * refused; or it kills.
 */
#include "filter.h"
#include <linux/capability.h>
#include <sys/mman.h>

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif

/* Of root's; another user has none. */
static void look_at_no_kernel(void)
{
	if (geteuid() != 0)
		return;
	gives(prctl(PR_CAPBSET_DROP, CAP_PERFMON, 0, 0, 0), 0);
	gives(prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0), 0);
}

#define LOAD(field)	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)

static void map_nothing_shared(void)
{
	struct sock_filter code[] = {
	    LOAD(nr),
	    UNLESS(SYS_mmap, 5),
	    LOAD(args[2]),
	    UNLESS(PROT_READ | PROT_WRITE, 3),
	    LOAD(args[3]),
	    UNLESS(MAP_SHARED, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	FILTER(code);
}

static void open_no_event(unsigned action)
{
	struct sock_filter code[] = {
	    LOAD(nr),
	    UNLESS(SYS_perf_event_open, 1),
	    BPF_STMT(BPF_RET | BPF_K, action),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	FILTER(code);
}

int main(int argc, char **argv)
{
	const char *how = argv[1];
	if (strcmp(how, "A") == 0)
		look_at_no_kernel();
	else if (strcmp(how, "B") == 0)
		map_nothing_shared();
	else if (strcmp(how, "C") == 0)
		open_no_event(SECCOMP_RET_ERRNO | EACCES);
	else if (strcmp(how, "kills") == 0)
		open_no_event(SECCOMP_RET_KILL_PROCESS);
	execvp(argv[2], argv + 2);
	must(-1);
	return argc;
}
