/*
 * thread_ends.c - threads that end by pthread_exit, with clean-up and destructors that make calls.
 *
 * EXPECT call write: calls=50*2 returned=50*2*7 discarded=50*2*7
 * EXPECT call read: calls=50 returned=50*3 zero_filled=50*3
 * EXPECT function malloc: calls>=50 returned=any
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>

static pthread_key_t key;
static int fd;

static void clean(void *unused)
{
	gives(write(fd, "cleaned", 7), 7);
}

static void destroy(void *block)
{
	gives(write(fd, block, 7), 7);
	free(block);
}

static void end(int depth);
static void (*volatile deeper)(int) = end;

static void end(int depth)
{
	char buffer[3];
	if (depth > 0)
		deeper(depth - 1);
	gives(read(fd, buffer, 3), 3);
	pthread_exit((void *)5);
}

static void *begin(void *unused)
{
	pthread_setspecific(key, malloc(100));
	pthread_cleanup_push(clean, NULL);
	end(10);
	pthread_cleanup_pop(0);
	return NULL;
}

int main(void)
{
	pthread_t thread;
	void *result;
	fd = must(open("/dev/zero", O_RDWR));
	gives(pthread_key_create(&key, destroy), 0);
	for (int i = 0; i < 50; i++) {
		gives(pthread_create(&thread, NULL, begin, NULL), 0);
		gives(pthread_join(thread, &result), 0);
		gives(result, 5);
	}
	return 0;
}
