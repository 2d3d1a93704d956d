/*
 * sites_cancelled.c - threads cancelled while they wait in a system call that libc makes, deferred
 * and asynchronously, many times over; none may hang, and each must clean up.
 *
 *     sites_cancelled ROUNDS
 */
#include "must.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static int empty[2], full[2], pair[2], listener;
static volatile int cleaned;

static void clean(void *unused)
{
	__atomic_add_fetch(&cleaned, 1, __ATOMIC_SEQ_CST);
}

static void in_read(void)
{
	char byte;
	read(empty[0], &byte, 1);
}

static void in_readv(void)
{
	char byte;
	struct iovec one = {&byte, 1};
	readv(empty[0], &one, 1);
}

static void in_write(void)
{
	static char much[1 << 17];
	write(full[1], much, sizeof(much));
}

static void in_recv(void)
{
	char byte;
	recv(pair[0], &byte, 1, 0);
}

static void in_recvmsg(void)
{
	char byte;
	struct iovec one = {&byte, 1};
	struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1};
	recvmsg(pair[0], &message, 0);
}

static void in_accept(void)
{
	accept(listener, NULL, NULL);
}

static void in_nanosleep(void)
{
	nanosleep(&(struct timespec){.tv_sec = 1000}, NULL);
}

static void in_pause(void)
{
	pause();
}

static void in_poll(void)
{
	poll(&(struct pollfd){empty[0], POLLIN, 0}, 1, -1);
}

static void in_select(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(empty[0], &set);
	select(empty[0] + 1, &set, NULL, NULL, NULL);
}

static void in_fgets(void)
{
	char line[8];
	FILE *stream = fdopen(dup(empty[0]), "r");
	fgets(line, sizeof(line), stream);
}

static void in_wait(void)
{
	waitid(P_ALL, 0, NULL, WEXITED | WNOWAIT);
}

static void (*const waits[])(void) = {in_read,	  in_readv,  in_write, in_recv,
				      in_recvmsg, in_accept, in_pause, in_poll,
				      in_fgets,	  in_select, in_wait,  in_nanosleep};

struct wait {
	void (*function)(void);
	int type;
};

static void *begin(void *argument)
{
	struct wait *wait = argument;
	pthread_cleanup_push(clean, NULL);
	pthread_setcanceltype(wait->type, NULL);
	wait->function();
	complain(__FILE__, __LINE__, "a wait that nothing ends", 0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void cancel(void (*function)(void), int type, int delay_us)
{
	struct wait wait = {function, type};
	pthread_t thread;
	void *result;
	gives(pthread_create(&thread, NULL, begin, &wait), 0);
	if (delay_us)
		usleep(delay_us);
	gives(pthread_cancel(thread), 0);
	gives(pthread_join(thread, &result), 0);
	gives(result == PTHREAD_CANCELED, 1);
}

int main(int argc, char **argv)
{
	int rounds = atoi(argv[1]), done = 0;
	struct sockaddr_un any = {.sun_family = AF_UNIX};
	alarm(100);
	pid_t child = must(fork()); /* to be waited for */
	if (child == 0) {
		pause();
		_exit(0);
	}
	must(pipe(empty));
	must(pipe(full));
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	listener = must(socket(AF_UNIX, SOCK_STREAM, 0));
	must(bind(listener, (void *)&any, sizeof(any.sun_family)));
	must(listen(listener, 1));
	for (int i = 0; i < rounds; i++)
		for (size_t k = 0; k < sizeof(waits) / sizeof(*waits); k++) {
			int delay_us = i % 2 ? 1500 : i % 4 * 100;
			cancel(waits[k], PTHREAD_CANCEL_DEFERRED, delay_us);
			done++;
			/* stdio's locks aren't for asynchronous cancellation. */
			if (waits[k] == in_fgets)
				continue;
			cancel(waits[k], PTHREAD_CANCEL_ASYNCHRONOUS, 1500);
			done++;
		}
	gives(cleaned, done);
	must(kill(child, SIGKILL));
	printf("%d cancelled\n", done);
	return 0;
}
