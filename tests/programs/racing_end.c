/*
 * racing_end.c - the process ends, or becomes another, while four threads are in the middle of their calls.
 *
 * What they had done by then nobody knows; the tables of the trace must agree with each other all the same.
 *
 * EXPECT call read: calls>=4 returned=any zero_filled=any
 * EXPECT totals: returned=any zero_filled=any discarded=any
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>

static int zero;
static volatile int started;

static void *be_busy(void *unused)
{
	char buffer[100];
	for (int i = 0;; i++) {
		gives(read(zero, buffer, i % 100), i % 100);
		gives(write(zero, buffer, i % 50), i % 50);
		if (i == 100)
			__atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
		free(malloc(i % 3000));
	}
	return NULL;
}

static void *execute(void *path)
{
	execl(path, path, "nothing", NULL);
	complain(__FILE__, __LINE__, "execl", -1);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	zero = must(open("/dev/zero", O_RDWR));
	if (!strcmp(argv[1], "nothing")) {
		char byte;
		for (int i = 0; i < 4; i++)
			gives(read(zero, &byte, 1), 1);
		return 0;
	}
	for (int i = 0; i < 4; i++)
		gives(pthread_create(&thread, NULL, be_busy, NULL), 0);
	while (started < 4)
		usleep(1000);
	if (!strcmp(argv[1], "exec"))
		execl(argv[0], argv[0], "nothing", NULL);
	if (!strcmp(argv[1], "exec-in-thread")) {
		gives(pthread_create(&thread, NULL, execute, argv[0]), 0);
		pause();
	}
	if (!strcmp(argv[1], "_exit"))
		_exit(0);
	return 0;
}
