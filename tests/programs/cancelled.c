/*
 * cancelled.c - threads cancelled while they wait in a call: the clean-up runs and the join tells.
 *
 * EXPECT call write: calls=5*20 returned=5*20*7 discarded=5*20*7
 * EXPECT call pread: calls=5*20 returned=5*20*3 zero_filled=5*20*3
 * EXPECT coverage: calls_nested=0
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>

static int null, zero, empty[2], pair[2];
static const char *fifo;
static volatile int cleaned;

static void clean(void *unused)
{
	char buffer[7];
	gives(write(null, buffer, 7), 7);
	__atomic_add_fetch(&cleaned, 1, __ATOMIC_SEQ_CST);
}

static void destroy(void *value)
{
	char buffer[3];
	gives(pread(zero, buffer, 3, 0), 3);
}

static pthread_key_t key;

static void *wait_in_read(void *buffer)
{
	read(empty[0], buffer, 1);
	return NULL;
}

static void *wait_in_recv(void *buffer)
{
	recv(pair[0], buffer, 1, 0);
	return NULL;
}

static void *wait_in_open(void *buffer)
{
	open(fifo, O_RDONLY);
	return NULL;
}

static void *wait_in_fgetc(void *stream)
{
	fgetc(stream);
	return NULL;
}

static void *wait_anywhere(void *buffer)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	read(empty[0], buffer, 1);
	return NULL;
}

struct wait {
	void *(*function)(void *);
	void *argument;
};

static void *begin(void *argument)
{
	struct wait *wait = argument;
	pthread_setspecific(key, wait);
	pthread_cleanup_push(clean, NULL);
	wait->function(wait->argument);
	complain(__FILE__, __LINE__, "a wait that nothing ends", 0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void cancel(void *(*function)(void *), void *argument, int delay_us)
{
	struct wait wait = {function, argument};
	pthread_t thread;
	void *result;
	gives(pthread_create(&thread, NULL, begin, &wait), 0);
	usleep(delay_us);
	gives(pthread_cancel(thread), 0);
	gives(pthread_join(thread, &result), 0);
	gives(result == PTHREAD_CANCELED, 1);
}

int main(int argc, char **argv)
{
	char byte;
	fifo = argv[1];
	null = must(open("/dev/null", O_WRONLY));
	zero = must(open("/dev/zero", O_RDONLY));
	must(pipe(empty));
	must(mkfifo(fifo, 0600));
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	gives(pthread_key_create(&key, destroy), 0);
	for (int i = 0; i < 20; i++) {
		/* A stream that was locked when its thread ended can't be used again. */
		FILE *stream = fdopen(must(syscall(SYS_dup, empty[0])), "r");
		int delay_us = i % 2 ? 2000 : 0;
		cancel(wait_in_read, &byte, delay_us);
		cancel(wait_in_recv, &byte, delay_us);
		cancel(wait_in_open, NULL, delay_us);
		cancel(wait_in_fgetc, stream, delay_us);
		cancel(wait_anywhere, &byte, 2000);
	}
	gives(cleaned, 100);
	return 0;
}
