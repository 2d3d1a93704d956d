/*
 * ends.c - ends in the way it is told to, after one write; whatever the way, that write is in the ledger.
 *
 * EXPECT call write: calls=1 returned=100 discarded=100
 * EXPECT object null: discarded=100
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

static void *end_everything(void *unused)
{
	exit(9);
}

static void *outlive_main(void *unused)
{
	return NULL;
}

static void end_late(void)
{
	_exit(6);
}

int main(int argc, char **argv)
{
	static char buffer[100];
	pthread_t thread;
	gives(write(must(open("/dev/null", O_WRONLY)), buffer, 100), 100);
	if (!strcmp(argv[1], "return"))
		return 2;
	if (!strcmp(argv[1], "exit"))
		exit(3);
	if (!strcmp(argv[1], "_exit"))
		_exit(4);
	if (!strcmp(argv[1], "_Exit"))
		_Exit(4);
	if (!strcmp(argv[1], "quick_exit"))
		quick_exit(5);
	if (!strcmp(argv[1], "_exit-in-atexit")) {
		atexit(end_late);
		exit(1);
	}
	if (!strcmp(argv[1], "exit-in-thread")) {
		pthread_create(&thread, NULL, end_everything, NULL);
		pthread_join(thread, NULL);
	}
	if (!strcmp(argv[1], "pthread_exit")) {
		pthread_create(&thread, NULL, outlive_main, NULL);
		pthread_exit(NULL);
	}
	if (!strcmp(argv[1], "abort"))
		abort();
	if (!strcmp(argv[1], "segfault"))
		*(volatile char *)16 = 1;
	if (!strcmp(argv[1], "syscall-exit"))
		syscall(SYS_exit_group, 8);
	if (!strcmp(argv[1], "raw-exit"))
		__asm__ volatile("syscall"
				 :
				 : "a"(SYS_exit_group), "D"(8)
				 : "rcx", "r11", "memory");
	raise(atoi(argv[1]));
	return 0;
}
