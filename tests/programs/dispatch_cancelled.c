/*
 * dispatch_cancelled.c - threads cancelled while they wait in a call that was caught: their own, and libc's.
 *
 * SEEN write: calls=60 returned=60
 */
#include "raw.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

static int ends[2], null;
static sem_t never;
static stack_t others[20];

/* Runs when the stack is unwound, if it can be. */
static void clean(void *what)
{
	gives(RAW(SYS_write, null, "x", 1), 1);
	(*(int *)what)++;
}

static int cleaned[3];
static volatile int waiting;

static void *in_a_call(void *unused)
{
	char byte;
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	pthread_cleanup_push(clean, &cleaned[0]);
	waiting = 1;
	RAW(SYS_read, ends[0], &byte, 1);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *in_libc(void *which)
{
	pthread_cleanup_push(clean, &cleaned[1]);
	waiting = 1;
	switch ((long)which % 4) {
	case 0:
		pause();
		break;
	case 1:
		sem_wait(&never);
		break;
	case 2:
		poll(NULL, 0, -1);
		break;
	case 3:
		wait(NULL);
		sleep(1000);
		break;
	}
	pthread_cleanup_pop(0);
	return NULL;
}

/* With an alternate stack: the frame of the signal that catches is there, or was. */
static void *with_another_stack(void *which)
{
	char byte;
	must(sigaltstack(&others[(long)which], NULL));
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	pthread_cleanup_push(clean, &cleaned[2]);
	waiting = 1;
	RAW(SYS_read, ends[0], &byte, 1);
	pthread_cleanup_pop(0);
	return NULL;
}

static void cancel(void *(*function)(void *), long which)
{
	pthread_t thread;
	void *result;
	waiting = 0;
	gives(pthread_create(&thread, NULL, function, (void *)which), 0);
	while (!waiting)
		sched_yield();
	usleep(3000);
	gives(pthread_cancel(thread), 0);
	gives(pthread_join(thread, &result), 0);
	gives(result == PTHREAD_CANCELED, 1);
}

int main(void)
{
	must(pipe(ends));
	must(sem_init(&never, 0, 0));
	null = must(open("/dev/null", O_WRONLY));
	for (int i = 0; i < 20; i++) {
		others[i].ss_size = i % 2 ? 8192 : 65536;
		others[i].ss_sp = mmap(NULL, others[i].ss_size, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	}
	for (long i = 0; i < 20; i++) {
		cancel(in_a_call, i);
		cancel(in_libc, i);
		cancel(with_another_stack, i);
	}
	gives(cleaned[0], 20);
	gives(cleaned[1], 20);
	gives(cleaned[2], 20);
	return 0;
}
