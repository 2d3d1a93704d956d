/*
 * dispatch_early.c - a thread that is there before any constructor has run.
 *
 * SEEN write: calls=100+1 returned=100+3
 */
#include "raw.h"
#include <fcntl.h>
#include <pthread.h>

static pthread_t thread;
static volatile int go;

static void *begin(void *unused)
{
	while (!go)
		usleep(1000);
	for (int i = 0; i < 100; i++)
		gives(RAW(SYS_write, go, "x", 1), 1);
	return NULL;
}

static void before_all(void)
{
	gives(pthread_create(&thread, NULL, begin, NULL), 0);
}
__attribute__((section(".preinit_array"), used)) static void (*first)(void) = before_all;

int main(void)
{
	go = must(open("/dev/null", O_WRONLY));
	gives(pthread_join(thread, NULL), 0);
	say("ok");
	return 0;
}
