/*
 * copies_anywhere.c - copies in threads, in a forked child, in a vfork child and in signal handlers that interrupt
 * copies, a known number of times each.
 *
 * BUILD: -fno-builtin
 *
 * EXPECT (parent) copy memcpy: calls=4*1000+200000+500+1 in_process=4*1000*10+200000*8+500*32+9
 * EXPECT (child) copy memcpy: calls=20 in_process=20*5
 * EXPECT (parent) copy memmove: calls=0 in_process=0
 */
#include "must.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIGNALS 500

static char from[100];
static volatile sig_atomic_t handled;

static void *copy_in_thread(void *unused)
{
	char to[100];
	for (int i = 0; i < 1000; i++)
		memcpy(to, from, 10);
	return unused;
}

static void copy_in_handler(int number)
{
	char to[100];
	if (handled++ < SIGNALS)
		memcpy(to, from, 32);
}

/* Until all signals have come, and then so often as to have been called a known number of times. */
static void copy_while_interrupted(void)
{
	char to[100];
	struct itimerval often = {{0, 100}, {0, 100}}, never = {{0, 0}, {0, 0}};

	signal(SIGALRM, copy_in_handler);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 100000; i++)
		memcpy(to, from, 8);
	while (handled < SIGNALS)
		pause();
	setitimer(ITIMER_REAL, &never, NULL);
	for (int i = 0; i < 100000; i++)
		memcpy(to, from, 8);
}

int main(void)
{
	pthread_t thread[4];
	char to[100];

	for (int i = 0; i < 4; i++)
		if (pthread_create(&thread[i], NULL, copy_in_thread, NULL))
			return 1;
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	copy_while_interrupted();
	if (!must(fork())) {
		for (int i = 0; i < 20; i++)
			memcpy(to, from, 5);
		exit(0);
	}
	if (!must(vfork())) {
		memcpy(to, from, 9);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
