/*
 * dispatch_small_stacks.c - handlers on 8 KiB, above a guard page, with calls of their own, while others wait.
 *
 * SEEN write: calls=2*20+20 returned=2*20*3+20*3
 * SEEN read: calls=20 errors=20
 */
#include "raw.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

static int null;
static volatile int came, waiting;

/* Some of the stack is for the handler itself. */
static __attribute__((noinline)) void use(volatile char *bytes, int n)
{
	for (int i = 0; i < n; i++)
		bytes[i] = (char)i;
}

/* On a busy machine the timer is up before the call that it is to interrupt. */
static void handler(int signal, siginfo_t *info, void *context)
{
	volatile char bytes[256];
	if (!waiting || ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] != -EINTR)
		return;
	waiting = 0;
	use(bytes, sizeof(bytes));
	came++;
	gives(RAW(SYS_write, null, "in\n", 3), 3);
	RAW(SYS_getpid);
}

/* Memory with a page before it that ends the program when it is touched. */
static void *guarded(size_t n)
{
	char *at = mmap(NULL, n + 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(at);
	must(mprotect(at + 4096, n, PROT_READ | PROT_WRITE));
	return at + 4096;
}

static void interrupt_every(long us)
{
	struct itimerval timer = {{0, us}, {0, us}};
	must(setitimer(ITIMER_REAL, &timer, NULL));
}

static void *in_thread(void *unused)
{
	for (int i = 0; i < 20; i++)
		gives(RAW(SYS_write, null, "th\n", 3), 3);
	return NULL;
}

int main(void)
{
	int ends[2];
	char byte;
	pthread_t thread;
	pthread_attr_t smallest;
	stack_t other = {.ss_sp = guarded(8192), .ss_size = 8192};
	must(pipe(ends));
	null = must(open("/dev/null", O_WRONLY));
	must(sigaltstack(&other, NULL));
	must(sigaction(
	    SIGALRM,
	    &(struct sigaction){.sa_sigaction = handler, .sa_flags = SA_ONSTACK | SA_SIGINFO},
	    NULL));
	for (int i = 0; i < 20; i++) {
		interrupt_every(5000);
		waiting = 1;
		gives(RAW(SYS_read, ends[0], &byte, 1), -EINTR);
		waiting = 1;
		gives(RAW(SYS_pause), -EINTR);
		interrupt_every(0);
	}
	gives(came, 40);
	gives(pthread_attr_init(&smallest), 0);
	gives(pthread_attr_setstacksize(&smallest, sysconf(_SC_THREAD_STACK_MIN)), 0);
	gives(pthread_create(&thread, &smallest, in_thread, NULL), 0);
	gives(pthread_join(thread, NULL), 0);
	return 0;
}
