/*
 * failed_execs.c - execs that fail while another thread reads: not one of its calls is lost.
 *
 * EXPECT processes: processes=1
 * EXPECT call execve: calls=200 errors=200
 * EXPECT call read: calls=100000 returned=100000*3 zero_filled=100000*3
 * EXPECT exit: how=exit status=0
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>

static void *be_busy(void *unused)
{
	char buffer[3];
	int zero = must(open("/dev/zero", O_RDONLY));
	for (int i = 0; i < 100000; i++)
		gives(read(zero, buffer, 3), 3);
	return NULL;
}

int main(int argc, char **argv)
{
	char *nothing[] = {NULL};
	pthread_t thread;
	gives(pthread_create(&thread, NULL, be_busy, NULL), 0);
	for (int i = 0; i < 200; i++)
		fails(execve("/nowhere", argv, nothing), ENOENT);
	gives(pthread_join(thread, NULL), 0);
	return 0;
}
