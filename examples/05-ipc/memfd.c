/* memfd.c - shared memory without a name: a child inherits it, to others its descriptor is passed
 * over a UNIX socket. */
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

static int listener, memory;
static struct ring *ring;

static void make_ring(void)
{
	memory = memfd_create("ring", MFD_CLOEXEC);
	if (memory < 0)
		err(1, "memfd_create");
	ring = new_ring(memory);
}

static void make(const char *path)
{
	if (path)
		listener = unix_socket_at(SOCK_STREAM, path);
	else
		make_ring();
}

static void produce(const char *path)
{
	if (path) {
		int to = unix_socket_to(SOCK_STREAM, path);

		make_ring();
		send_descriptor(to, memory);
	}
	produce_in(ring);
}

static void consume(const char *path)
{
	if (path) {
		int from = unix_socket_accepted(listener);

		ring = mapped_ring(received_descriptor(from));
	}
	consume_in(ring);
}

const struct mechanism by_memfd = {
    .name = "memfd",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_path,
};
