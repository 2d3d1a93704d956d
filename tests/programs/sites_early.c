/*
 * sites_early.c - a library whose constructor, which runs before the tracer's, starts threads that
 * read, write and use stdio; they go on while libc is rewritten below them. wait_for_the_threads()
 * lets them work for a while and tells how many calls they made.
 *
 * Built as a library: see sites_early_main.c.
 */
#include "must.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

#define THREADS 4

static pthread_t thread[THREADS];
static long calls[THREADS];
static volatile int done;

static void *work(void *argument)
{
	long *count = argument;
	char buffer[64];
	int null = must(open("/dev/null", O_WRONLY)), zero = must(open("/dev/zero", O_RDONLY));
	FILE *out = fopen("/dev/null", "w"), *in = fopen("/dev/zero", "r");
	DIR *directory = opendir("/");
	while (!done) {
		buffer[2] = 1;
		gives(read(zero, buffer, 3), 3);
		gives(buffer[2], 0);
		gives(write(null, buffer, 5), 5);
		fputc('a', out);
		gives(fflush(out), 0);
		rewind(in);
		gives(fgetc(in), 0);
		rewinddir(directory);
		gives(readdir(directory) != NULL, 1);
		gives(syscall(SYS_write, null, buffer, 7), 7);
		gives(syscall(SYS_getpid), getpid());
		__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static __attribute__((constructor)) void start(void)
{
	for (int i = 0; i < THREADS; i++)
		gives(pthread_create(&thread[i], NULL, work, &calls[i]), 0);
	for (int i = 0; i < THREADS; i++)
		while (!__atomic_load_n(&calls[i], __ATOMIC_RELAXED))
			usleep(100);
}

long wait_for_the_threads(void)
{
	long sum = 0;
	usleep(100000);
	done = 1;
	for (int i = 0; i < THREADS; i++) {
		gives(pthread_join(thread[i], NULL), 0);
		sum += calls[i];
	}
	return sum;
}
