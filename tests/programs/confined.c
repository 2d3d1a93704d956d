/*
 * confined.c - gives up all system calls but a few, on pain of death, and makes those.
 *
 *     confined strict|seccomp-strict|least|usual|loads|fails|traps|clock|refused|divided [threads|forks|executes]
 *
 * Before it does it writes 10 bytes 3 times, and behind it 7 bytes 5 times; then what it says.
 */
#include "filter.h"
#include "must.h"
#include <fcntl.h>
#include <linux/audit.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static int null;

static void writes(int times, int bytes)
{
	static const char buffer[10];
	for (int i = 0; i < times; i++)
		gives(write(null, buffer, bytes), bytes);
}

/* Lets these pass; of others it does what it is told. */
static void filter(const int *numbers, int count, unsigned action)
{
	struct sock_filter code[80] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	int n = 4;
	for (int i = 0; i < count; i++) {
		code[n++] =
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, numbers[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
	install_filter(code, n);
}

#define LEAST SYS_read, SYS_write, SYS_exit, SYS_exit_group
#define USUAL                                                                                      \
	LEAST, SYS_close, SYS_newfstatat, SYS_lseek, SYS_futex, SYS_mmap, SYS_munmap,              \
	    SYS_mprotect, SYS_madvise, SYS_brk, SYS_clone, SYS_clone3, SYS_set_robust_list,        \
	    SYS_rseq, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_wait4
#define LOADS                                                                                      \
	USUAL, SYS_execve, SYS_access, SYS_arch_prctl, SYS_getrandom, SYS_openat, SYS_pread64,     \
	    SYS_prlimit64, SYS_set_tid_address

static const int least[] = {LEAST}, usual[] = {USUAL}, loads[] = {LOADS};
#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

static pthread_barrier_t confined;

static void *differs(void *unused)
{
	filter(least, COUNT(least), SECCOMP_RET_ALLOW);
	pthread_barrier_wait(&confined);
	pause();
	return NULL;
}

/* For all threads, of which one has a filter of its own. */
static void filter_for_all(void)
{
	struct sock_filter kill = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	struct sock_fprog program = {1, &kill};
	pthread_t thread;
	pthread_barrier_init(&confined, NULL, 2);
	pthread_create(&thread, NULL, differs, NULL);
	pthread_barrier_wait(&confined);
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	gives(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) >
		  0,
	      1);
}

static void *other(void *unused)
{
	pthread_barrier_wait(&confined);
	writes(5, 7);
	return NULL;
}

static void confine(const char *how)
{
	if (!strcmp(how, "strict"))
		must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
	else if (!strcmp(how, "seccomp-strict"))
		must(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL));
	else if (!strcmp(how, "clock"))
		must(prctl(PR_SET_TSC, PR_TSC_SIGSEGV));
	else if (!strcmp(how, "least"))
		filter(least, COUNT(least), SECCOMP_RET_KILL_PROCESS);
	else if (!strcmp(how, "usual"))
		filter(usual, COUNT(usual), SECCOMP_RET_KILL_PROCESS);
	else if (!strcmp(how, "loads"))
		filter(loads, COUNT(loads), SECCOMP_RET_KILL_PROCESS);
	else if (!strcmp(how, "fails"))
		filter(loads, COUNT(loads), SECCOMP_RET_ERRNO | ENOSYS);
	else if (!strcmp(how, "traps"))
		filter(least, COUNT(least), SECCOMP_RET_TRAP);
	else if (!strcmp(how, "divided"))
		filter_for_all();
	else if (!strcmp(how, "refused"))
		fails(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL), EFAULT);
	else
		abort();
}

/* Descriptors of which nothing is known yet, stacks that are new, more of each than there is room for. */
static __attribute__((noinline)) void deeper(int depth)
{
	if (depth > 0)
		deeper(depth - 1);
	else
		writes(5, 7);
	__asm__ volatile("");
}

static void in_a_thread(const char *how)
{
	pthread_t thread;
	pthread_barrier_init(&confined, NULL, 2);
	pthread_create(&thread, NULL, other, NULL);
	confine(how);
	pthread_barrier_wait(&confined);
	pthread_join(thread, NULL);
}

static void in_a_child(const char *how)
{
	int status;
	confine(how);
	if (must(fork()) == 0) {
		writes(1, 7);
		_exit(0);
	}
	gives(wait(&status) > 0 && status == 0, 1);
	writes(5, 7);
}

int main(int argc, char **argv)
{
	const char *how = argv[1], *where = argc > 2 ? argv[2] : "";
	int unseen = must(open("/dev/null", O_WRONLY));
	null = must(open("/dev/null", O_WRONLY));
	writes(3, 10);
	if (!strcmp(where, "threads")) {
		in_a_thread(how);
	} else if (!strcmp(where, "forks")) {
		in_a_child(how);
	} else {
		confine(how);
		null = unseen;
		deeper(10);
	}
	if (!strcmp(where, "executes"))
		must(execv(argv[3], argv + 3));
	gives(write(1, "alive\n", 6), 6);
	if (strstr(how, "strict"))
		syscall(SYS_exit, 3);
	return 3;
}
