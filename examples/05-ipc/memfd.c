/* memfd.c - shared memory without a name: its descriptor is passed over a UNIX socket. */
#include "ring.h"
#include "unix_socket.h"

#include <sys/mman.h>
#include <sys/socket.h>

/*
 * One descriptor as a message's control data; one byte goes with it, since a stream has no empty
 * messages.
 */
struct passing {
	char byte;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec data;
	struct msghdr message;
};

static void prepare(struct passing *passing)
{
	passing->data = (struct iovec){&passing->byte, 1};
	passing->message = (struct msghdr){
	    .msg_iov = &passing->data,
	    .msg_iovlen = 1,
	    .msg_control = passing->control,
	    .msg_controllen = sizeof(passing->control),
	};
}

static void send_descriptor(int to, int fd)
{
	struct passing passing = {0};

	prepare(&passing);
	struct cmsghdr *header = CMSG_FIRSTHDR(&passing.message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(to, &passing.message, 0) != 1)
		err(1, "sendmsg");
}

static int received_descriptor(int from)
{
	struct passing passing = {0};
	int fd;

	prepare(&passing);
	if (recvmsg(from, &passing.message, 0) != 1)
		err(1, "recvmsg");
	struct cmsghdr *header = CMSG_FIRSTHDR(&passing.message);

	if (!header || header->cmsg_type != SCM_RIGHTS)
		errx(1, "no descriptor was passed");
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static int listener;

static void make(const char *path)
{
	listener = unix_socket_at(SOCK_STREAM, path);
}

static void produce(const char *path)
{
	int fd = memfd_create("ring", MFD_CLOEXEC), to = unix_socket_to(SOCK_STREAM, path);

	if (fd < 0)
		err(1, "memfd_create");
	struct ring *ring = new_ring(fd);

	send_descriptor(to, fd);
	produce_in(ring);
}

static void consume(const char *path)
{
	int from = accept(listener, NULL, NULL);

	if (from < 0)
		err(1, "accept");
	consume_in(mapped_ring(received_descriptor(from)));
}

static void remove_path(const char *path)
{
	unlink(path);
}

const struct mechanism by_memfd = {
    .name = "memfd",
    .serves = UNRELATED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
