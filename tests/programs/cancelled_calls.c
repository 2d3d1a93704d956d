/*
 * cancelled_calls.c - a thread is cancelled in each call that waits and is a cancellation point: while it
 * waits, before it calls, and where it may be cancelled anywhere. The clean-up runs, and all go on.
 *
 * UNCLOSED: a thread that ends in a call may leave uncounted what it moved
 */
#include "must.h"
#include <sys/socket.h>
#include <sys/un.h>
#include <aio.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

static int null, empty[2], full[2], other[2], pair[2], crowded[2], listener, epoll, locked,
    messages;
static const char *fifo, *file;
static mqd_t no_message, no_room;
static sem_t semaphore;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sigset_t wanted;
static char buffer[64];
static struct iovec iov = {buffer, sizeof(buffer)};
static struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
static struct mmsghdr several = {.msg_hdr = {.msg_iov = &iov, .msg_iovlen = 1}};
static const struct timespec long_time = {.tv_sec = 1000}, far_away = {.tv_sec = 1l << 33};
static pthread_t forever;
static volatile int cleaned;

static void wait_for_condition(void)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push((void (*)(void *))pthread_mutex_unlock, &mutex);
	pthread_cond_wait(&condition, &mutex);
	pthread_cleanup_pop(1);
}

static void wait_for_aio(void)
{
	static struct aiocb request;
	const struct aiocb *list[] = {&request};
	request = (struct aiocb){.aio_fildes = empty[0], .aio_buf = buffer, .aio_nbytes = 1};
	if (aio_error(&request) == 0)
		must(aio_read(&request));
	aio_suspend(list, 1, NULL);
}

/* A stream that was locked when its thread ended can't be used again. */
static FILE *stream_of(int fd, const char *mode)
{
	return fdopen((int)must(syscall(SYS_dup, fd)), mode);
}

static void fill_stream(void)
{
	FILE *stream = stream_of(full[1], "w");
	for (;;)
		fputs("more than there is room for", stream);
}

#define LOCK (&(struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET})

/* WAITS(call, anywhere): whether it may be cancelled at any instruction and leave nothing locked inside libc. */
#define ALL_WAITS                                                                                  \
	WAITS(read(empty[0], buffer, 1), 1)                                                        \
	WAITS(readv(empty[0], &iov, 1), 1)                                                         \
	WAITS(preadv2(empty[0], &iov, 1, -1, 0), 1)                                                \
	WAITS(write(full[1], buffer, 1), 1)                                                        \
	WAITS(writev(full[1], &iov, 1), 1)                                                         \
	WAITS(pwritev2(full[1], &iov, 1, -1, 0), 1)                                                \
	WAITS(recv(pair[0], buffer, 1, 0), 1)                                                      \
	WAITS(recvfrom(pair[0], buffer, 1, 0, NULL, NULL), 1)                                      \
	WAITS(recvmsg(pair[0], &message, 0), 1)                                                    \
	WAITS(recvmmsg(pair[0], &several, 1, 0, NULL), 1)                                          \
	WAITS(send(crowded[0], buffer, 1, 0), 1)                                                   \
	WAITS(sendto(crowded[0], buffer, 1, 0, NULL, 0), 1)                                        \
	WAITS(sendmsg(crowded[0], &message, 0), 1)                                                 \
	WAITS(sendmmsg(crowded[0], &several, 1, 0), 1)                                             \
	WAITS(accept(listener, NULL, NULL), 1)                                                     \
	WAITS(accept4(listener, NULL, NULL, 0), 1)                                                 \
	WAITS(poll(&(struct pollfd){empty[0], POLLIN, 0}, 1, -1), 1)                               \
	WAITS(ppoll(&(struct pollfd){empty[0], POLLIN, 0}, 1, NULL, NULL), 1)                      \
	WAITS(select(0, NULL, NULL, NULL, NULL), 1)                                                \
	WAITS(pselect(0, NULL, NULL, NULL, NULL, NULL), 1)                                         \
	WAITS(epoll_wait(epoll, &(struct epoll_event){0}, 1, -1), 1)                               \
	WAITS(epoll_pwait(epoll, &(struct epoll_event){0}, 1, -1, NULL), 1)                        \
	WAITS(splice(empty[0], NULL, other[1], NULL, 1, 0), 1)                                     \
	WAITS(tee(empty[0], other[1], 1, 0), 1)                                                    \
	WAITS(vmsplice(full[1], &iov, 1, 0), 1)                                                    \
	WAITS(open(fifo, O_RDONLY), 1)                                                             \
	WAITS(openat(AT_FDCWD, fifo, O_RDONLY), 1)                                                 \
	WAITS(fcntl(locked, F_SETLKW, LOCK), 1)                                                    \
	WAITS(fcntl(locked, F_OFD_SETLKW, LOCK), 1)                                                \
	WAITS(msgrcv(messages, buffer, 1, 7, 0), 1)                                                \
	WAITS(mq_receive(no_message, buffer, sizeof(buffer), NULL), 1)                             \
	WAITS(mq_timedreceive(no_message, buffer, sizeof(buffer), NULL, &far_away), 1)             \
	WAITS(mq_send(no_room, buffer, 1, 0), 1)                                                   \
	WAITS(mq_timedsend(no_room, buffer, 1, 0, &far_away), 1)                                   \
	WAITS(wait4(-1, NULL, 0, NULL), 1)                                                         \
	WAITS(waitpid(-1, NULL, 0), 1)                                                             \
	WAITS(waitid(P_ALL, 0, NULL, WEXITED), 1)                                                  \
	WAITS(sleep(1000), 1)                                                                      \
	WAITS(nanosleep(&long_time, NULL), 1)                                                      \
	WAITS(clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, NULL), 1)                            \
	WAITS(pause(), 1)                                                                          \
	WAITS(sigsuspend(&wanted), 1)                                                              \
	WAITS(sigwaitinfo(&wanted, NULL), 1)                                                       \
	WAITS(sem_wait(&semaphore), 1)                                                             \
	WAITS(sem_timedwait(&semaphore, &far_away), 1)                                             \
	WAITS(pthread_join(forever, NULL), 0)                                                      \
	WAITS(wait_for_condition(), 0)                                                             \
	WAITS(wait_for_aio(), 0)                                                                   \
	WAITS(fgetc(stream_of(empty[0], "r")), 0)                                                  \
	WAITS(fread(buffer, 1, 9, stream_of(empty[0], "r")), 0)                                    \
	WAITS(fgets(buffer, 9, stream_of(empty[0], "r")), 0)                                       \
	WAITS(fscanf(stream_of(empty[0], "r"), "%63s", buffer), 0)                                 \
	WAITS(getline(&(char *){NULL}, &(size_t){0}, stream_of(empty[0], "r")), 0)                 \
	WAITS(fill_stream(), 0)

enum {
#define WAITS(call, anywhere) +1
	WAYS = 0 ALL_WAITS
#undef WAITS
};

static void make_call(int way)
{
	int at = 0;
#define WAITS(call, anywhere)                                                                      \
	if (at++ == way)                                                                           \
		call;
	ALL_WAITS
#undef WAITS
}

static const struct {
	const char *name;
	int anywhere;
} ways[] = {
#define WAITS(call, anywhere) {#call, anywhere},
    ALL_WAITS
#undef WAITS
};

enum how { WAITING, BEFORE, ANYWHERE };

struct attempt {
	int way;
	enum how how;
};

static void clean(void *unused)
{
	gives(write(null, buffer, 7), 7);
	cleaned++;
}

static void *begin(void *argument)
{
	const struct attempt *attempt = argument;
	pthread_cleanup_push(clean, NULL);
	if (attempt->how == BEFORE)
		pthread_cancel(pthread_self());
	if (attempt->how == ANYWHERE)
		pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	make_call(attempt->way);
	complain(ways[attempt->way].name, attempt->how, "which isn't to return", 0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void cancel(struct attempt attempt)
{
	pthread_t thread;
	void *result;
	struct timespec limit;
	gives(pthread_create(&thread, NULL, begin, &attempt), 0);
	if (attempt.how != BEFORE) {
		usleep(1000);
		gives(pthread_cancel(thread), 0);
	}
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 20;
	int error = pthread_timedjoin_np(thread, &result, &limit);
	if (error || result != PTHREAD_CANCELED)
		complain(ways[attempt.way].name, attempt.how, "which isn't cancelled", error);
}

static void fill(int fd)
{
	static char much[4096];
	must(fcntl(fd, F_SETFL, O_NONBLOCK));
	while (syscall(SYS_write, fd, much, sizeof(much)) > 0)
		;
	must(fcntl(fd, F_SETFL, 0));
}

static void *sleep_for_ever(void *unused)
{
	for (;;)
		pause();
	return NULL;
}

static void prepare(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = sizeof(buffer)};
	char name[64];
	null = must(open("/dev/null", O_WRONLY));
	must(pipe(empty));
	must(pipe(full));
	must(pipe(other));
	fill(full[1]);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, crowded));
	fill(crowded[0]);
	listener = must(socket(AF_UNIX, SOCK_STREAM, 0));
	must(bind(listener, (void *)&address, sizeof(sa_family_t)));
	must(listen(listener, 1));
	epoll = must(epoll_create1(0));
	must(mkfifo(fifo, 0600));
	locked = must(open(file, O_RDWR | O_CREAT, 0600));
	messages = must(msgget(IPC_PRIVATE, 0600));
	snprintf(name, sizeof(name), "/cancelled-calls-%d", (int)getpid());
	no_message = must(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes));
	must(mq_unlink(name));
	no_room = must(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes));
	must(mq_unlink(name));
	must(mq_send(no_room, buffer, 1, 0));
	sem_init(&semaphore, 0, 0);
	sigemptyset(&wanted);
	gives(pthread_create(&forever, NULL, sleep_for_ever, NULL), 0);
}

/* Holds the lock, and is there to be waited for, until its own end of `until` is the last. */
static pid_t hold_lock(int until[2])
{
	int ready[2], fd;
	char byte;
	must(pipe(ready));
	must(pipe(until));
	pid_t child = must(fork());
	if (child == 0) {
		fd = must(open(file, O_RDWR));
		must(fcntl(fd, F_SETLK, LOCK));
		gives(write(ready[1], "", 1), 1);
		must(close(until[1]));
		_exit((int)read(until[0], &byte, 1));
	}
	gives(read(ready[0], &byte, 1), 1);
	return child;
}

int main(int argc, char **argv)
{
	int attempts = 0, until[2];
	fifo = argv[1];
	file = argv[2];
	prepare();
	pid_t child = hold_lock(until);
	for (int way = 0; way < WAYS; way++) {
		for (enum how how = WAITING; how <= ANYWHERE; how++) {
			if (how == ANYWHERE && !ways[way].anywhere)
				continue;
			cancel((struct attempt){way, how});
			attempts++;
		}
	}
	gives(cleaned, attempts);
	must(msgctl(messages, IPC_RMID, NULL));
	/* What streams still hold is written at the exit, and must not wait. */
	signal(SIGPIPE, SIG_IGN);
	must(close(full[0]));
	must(close(until[1]));
	gives(waitpid(child, NULL, 0), child);
	printf("EXPECT (parent) call accept: calls>=2\n");
	printf("EXPECT (parent) object null: discarded=%d*7\n", attempts);
	printf("EXPECT (parent) coverage: calls_nested=0\n");
	return 0;
}
