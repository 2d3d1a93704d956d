/*
 * many_threads.c - two thousand threads alive at once, each with a read of its own.
 *
 * EXPECT call read: calls=2000 returned=2000*5 zero_filled=2000*5
 * EXPECT totals: returned=10000 zero_filled=10000
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>

static int fd;
static pthread_barrier_t all_there;

static void *one(void *unused)
{
	char buffer[5];
	gives(read(fd, buffer, 5), 5);
	pthread_barrier_wait(&all_there);
	return NULL;
}

int main(void)
{
	static pthread_t thread[2000];
	pthread_attr_t small;
	fd = must(open("/dev/zero", O_RDWR));
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	pthread_barrier_init(&all_there, NULL, 2001);
	for (int i = 0; i < 2000; i++)
		gives(pthread_create(&thread[i], &small, one, NULL), 0);
	pthread_barrier_wait(&all_there);
	for (int i = 0; i < 2000; i++)
		gives(pthread_join(thread[i], NULL), 0);
	return 0;
}
