/*
 * reaping_threads.c - threads that end and children that are waited for go into one figure of the kernel's; they
 * are told apart, down to what destructors of threads read last.
 *
 * BUILD: -pthread
 * EXPECT (parent) audit: unattributed_to_user=0 unattributed_from_user=0
 * EXPECT (parent) audit: explained_to_user=40*20*1000+40*77 explained_from_user=40*5 reaped_to_user>=10*5000
 * EXPECT (parent) coverage: threads_left=0
 */
#include "must.h"
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/wait.h>

static int zero, null;
static pthread_key_t key;

static void read_last(void *again)
{
	char buffer[77];
	/* In the last of the rounds that there are. */
	if ((long)again < PTHREAD_DESTRUCTOR_ITERATIONS)
		pthread_setspecific(key, (char *)again + 1);
	else
		gives(read(zero, buffer, sizeof(buffer)), sizeof(buffer));
}

static void *work(void *number)
{
	char buffer[5000];
	for (int i = 0; i < 20; i++)
		gives(read(zero, buffer, 1000), 1000);
	gives(write(null, "five", 5), 5);
	pthread_setspecific(key, (void *)1);
	if ((long)number % 4 == 0 && !must(fork())) {
		gives(read(zero, buffer, 5000), 5000);
		_exit(0);
	}
	return NULL;
}

int main(void)
{
	pthread_t thread[8];
	zero = must(open("/dev/zero", O_RDONLY));
	null = must(open("/dev/null", O_WRONLY));
	gives(pthread_key_create(&key, read_last), 0);
	for (int round = 0; round < 5; round++) {
		for (long i = 0; i < 8; i++)
			gives(pthread_create(&thread[i], NULL, work, (void *)i), 0);
		for (int i = 0; i < 8; i++)
			gives(pthread_join(thread[i], NULL), 0);
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	return 0;
}
