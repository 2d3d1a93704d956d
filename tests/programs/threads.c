/*
 * threads.c - eight threads at once, then three hundred one after the other: no call is lost or
 * counted twice.
 *
 * EXPECT call read: calls=8*1000+300 returned=8*1000*64+300*3 zero_filled=8*1000*64+300*3
 * EXPECT call write: calls=8*1000 returned=8*1000*10 discarded=8*1000*10
 * EXPECT sizes read: 2=300 64=8000
 * EXPECT function malloc: calls=0
 * EXPECT object zero: zero_filled=512900 discarded=80000 crossings=any
 * EXPECT totals: returned=512900+80000 zero_filled=512900 discarded=80000
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>

static int fd;

static void *many(void *unused)
{
	char buffer[64];
	for (int i = 0; i < 1000; i++) {
		gives(read(fd, buffer, 64), 64);
		gives(write(fd, buffer, 10), 10);
	}
	return NULL;
}

static void *one(void *unused)
{
	char buffer[3];
	gives(read(fd, buffer, 3), 3);
	return NULL;
}

int main(void)
{
	pthread_t thread[8];
	fd = must(open("/dev/zero", O_RDWR));
	for (int i = 0; i < 8; i++)
		gives(pthread_create(&thread[i], NULL, many, NULL), 0);
	for (int i = 0; i < 8; i++)
		gives(pthread_join(thread[i], NULL), 0);
	for (int i = 0; i < 300; i++) {
		gives(pthread_create(&thread[0], NULL, one, NULL), 0);
		gives(pthread_join(thread[0], NULL), 0);
	}
	return 0;
}
