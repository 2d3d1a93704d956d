/*
 * small_stacks.c - calls on the smallest stacks there are: a thread's, and a signal handler's, above a guard page.
 *
 * EXPECT call read: calls=20 returned=20*10 zero_filled=20*10
 * EXPECT call write: calls=20+3 returned=20*10+3*10 discarded=20*10+3*10
 */
#include "must.h"
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

static int zero;

static void handler(int signal)
{
	gives(write(zero, "1234567890", 10), 10);
}

static void *begin(void *unused)
{
	char buffer[10];
	gives(read(zero, buffer, 10), 10);
	gives(write(zero, buffer, 10), 10);
	free(malloc(100));
	return NULL;
}

/* Memory with a page before it that ends the program when it is touched. */
static void *guarded(size_t n)
{
	char *at = mmap(NULL, n + 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(at);
	must(mprotect(at + 4096, n, PROT_READ | PROT_WRITE));
	return at + 4096;
}

int main(void)
{
	pthread_t thread;
	pthread_attr_t smallest;
	zero = must(open("/dev/zero", O_RDWR));
	gives(pthread_attr_init(&smallest), 0);
	gives(pthread_attr_setstacksize(&smallest, sysconf(_SC_THREAD_STACK_MIN)), 0);
	for (int i = 0; i < 20; i++) {
		gives(pthread_create(&thread, &smallest, begin, NULL), 0);
		gives(pthread_join(thread, NULL), 0);
	}

	size_t n = (sysconf(_SC_SIGSTKSZ) + 4095) & -4096;
	stack_t alternative = {.ss_sp = guarded(n), .ss_size = n};
	must(sigaltstack(&alternative, NULL));
	must(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handler, .sa_flags = SA_ONSTACK},
		       NULL));
	for (int i = 0; i < 3; i++)
		raise(SIGUSR1);
	return 0;
}
