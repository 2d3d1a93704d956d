/*
 * reused_descriptors.c - one number stands for one thing after another; each byte belongs to what it was then.
 *
 * EXPECT object zero: zero_filled=10*1000
 * EXPECT object null: discarded=9*7
 * EXPECT object pipe: from_user=5
 * EXPECT call read: calls=11 errors=1 returned=10*1000 zero_filled=10*1000
 * EXPECT call write: calls=10 returned=9*7+5 discarded=9*7 from_user=5
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "raw.h"
#include <fcntl.h>
#include <sys/socket.h>

static char buffer[1000];

static void is_zero(int fd)
{
	gives(read(fd, buffer, 1000), 1000);
}

static void is_null(int fd)
{
	gives(write(fd, buffer, 7), 7);
}

/* Sends itself two descriptors, for numbers that were closed unseen. */
static void pass(int fd[2])
{
	union {
		char space[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr head;
	} control = {.head = {CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	char byte = 0;
	struct iovec iov = {&byte, 1};
	struct msghdr message = {
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	int pair[2];
	memcpy(CMSG_DATA(&control.head), fd, 2 * sizeof(*fd));
	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	gives(sendmsg(pair[0], &message, 0), 1);
	gives(RAW(SYS_close, 20), 0);
	gives(RAW(SYS_close, 21), 0);
	gives(recvmsg(pair[1], &message, 0), 1);
	memcpy(fd, CMSG_DATA(&control.head), 2 * sizeof(*fd));
	must(close(pair[0]));
	must(close(pair[1]));
}

int main(void)
{
	syscall(SYS_close_range, 3, ~0u, 0);
	int zero = must(open("/dev/zero", O_RDONLY)), null = must(open("/dev/null", O_WRONLY)),
	    ends[2];

	gives(dup2(zero, 20), 20);
	is_zero(20);
	gives(dup2(null, 20), 20);
	is_null(20);
	gives(dup3(zero, 20, O_CLOEXEC), 20);
	is_zero(20);
	must(close(20));
	gives(fcntl(null, F_DUPFD, 20), 20);
	is_null(20);
	gives(fcntl(zero, F_DUPFD_CLOEXEC, 21), 21);
	is_zero(21);
	must(close_range(20, 30, 0));
	fails(read(20, buffer, 1), EBADF);
	/* Past the wrapper: nobody is told what the number stands for. */
	gives(syscall(SYS_fcntl, zero, F_DUPFD, 20), 20);
	is_zero(20);
	closefrom(20);
	gives(dup2(null, 20), 20);
	is_null(20);

	/* By a stream. */
	must(close(20));
	FILE *stream = fdopen(must(dup2(zero, 20)), "r");
	is_zero(20);
	gives(freopen("/dev/null", "w", stream) == stream, 1);
	is_null(fileno(stream));
	gives(fclose(stream), 0);
	gives(dup2(zero, 20), 20);
	is_zero(20);

	/* By another process, or ourselves. */
	for (int fd = 21; fd < 40; fd++)
		gives(dup2(null, fd), fd);
	for (int fd = 5; fd < 20; fd++)
		dup2(null, fd);
	is_null(21);
	memcpy(ends, (int[]){null, zero}, sizeof(ends));
	pass(ends);
	gives(ends[1], 21);
	is_null(20);
	is_zero(21);
	closefrom(5);
	gives(dup2(zero, 20), 20);
	is_zero(20);

	/* By vectors of pairs. */
	must(pipe(ends));
	gives(dup2(ends[1], 20), 20);
	gives(write(20, buffer, 5), 5);
	gives(dup2(null, 20), 20);
	is_null(20);
	gives(dup2(zero, ends[1]), ends[1]);
	is_zero(ends[1]);
	gives(dup2(zero, 300), 300);
	is_zero(300);
	gives(dup2(null, 300), 300);
	is_null(300);
	must(close(300));
	is_null(null);
	return 0;
}
