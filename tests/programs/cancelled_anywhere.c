/*
 * cancelled_anywhere.c - threads that may be cancelled at any instruction are cancelled while they make
 * calls from ever new places: no lock is left to those who come after, neither threads nor children.
 *
 * UNCLOSED: a thread that ends right after a system call leaves what it moved uncounted
 */
#include "must.h"
#include "paths.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>

static int zero;
static unsigned long made; /* calls that came back */
static volatile int over;

static void *be_cancelled(void *turns)
{
	gives(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL), 0);
	for (unsigned long i = (unsigned long)turns << 20;; i++) {
		gives(follow((struct path){i, 24, zero}), 1);
		__atomic_add_fetch(&made, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void *go_on(void *unused)
{
	unsigned long i = 1ul << 40;
	for (; !over; i++) {
		gives(follow((struct path){i, 24, zero}), 1);
		__atomic_add_fetch(&made, 1, __ATOMIC_RELAXED);
		usleep(20);
	}
	return NULL;
}

/* A child must find the loader's locks free. */
static void load_in_a_child(void)
{
	int status;
	pid_t child = must(fork());
	if (child == 0)
		_exit(dlopen("libm.so.6", RTLD_NOW) ? 0 : 1);
	gives(waitpid(child, &status, 0), child);
	gives(status, 0);
}

int main(void)
{
	pthread_t other, thread;
	void *result;
	zero = must(open("/dev/zero", O_RDONLY));
	gives(pthread_create(&other, NULL, go_on, NULL), 0);
	for (long i = 0; i < 300; i++) {
		gives(pthread_create(&thread, NULL, be_cancelled, (void *)i), 0);
		usleep((useconds_t)(i * 37 % 300));
		gives(pthread_cancel(thread), 0);
		gives(pthread_join(thread, &result), 0);
		gives(result == PTHREAD_CANCELED, 1);
		if (i % 30 == 0)
			load_in_a_child();
	}
	over = 1;
	gives(pthread_join(other, NULL), 0);
	printf("EXPECT call pread: calls>=%lu returned=any zero_filled=any\n", made);
	return 0;
}
