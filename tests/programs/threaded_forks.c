/*
 * threaded_forks.c - forks while other threads allocate, print and read: no child hangs, and nothing is counted twice.
 *
 * EXPECT processes: processes=101
 * EXPECT (parent) call fork: calls=100
 * EXPECT (parent) call pread: calls=4*500 returned=4*500*10 zero_filled=4*500*10
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>

static int zero;
static volatile int done;

static void *be_busy(void *unused)
{
	char buffer[10], text[100];
	for (int i = 0; i < 500 || !done; i++) {
		if (i < 500)
			gives(pread(zero, buffer, 10, 0), 10);
		free(malloc(1 + i % 5000));
		snprintf(text, sizeof(text), "%d %f", i, 1.5);
		fputc('.', stdout);
	}
	return NULL;
}

int main(void)
{
	pthread_t thread[4];
	char buffer[7];
	int status;
	zero = must(open("/dev/zero", O_RDONLY));
	for (int i = 0; i < 4; i++)
		gives(pthread_create(&thread[i], NULL, be_busy, NULL), 0);
	for (int i = 0; i < 100; i++) {
		pid_t pid = must(fork());
		if (!pid) {
			alarm(20);
			gives(read(zero, buffer, 7), 7);
			free(malloc(10000));
			_exit(0);
		}
		gives(waitpid(pid, &status, 0), pid);
		gives(status, 0);
	}
	done = 1;
	for (int i = 0; i < 4; i++)
		gives(pthread_join(thread[i], NULL), 0);
	return 0;
}
