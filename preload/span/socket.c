/*
 * socket.c - what the calls of sockets copy, by their flags.
 */
#include "span/effects.h"

#include "abi/raw.h"

#include <netinet/in.h>
#include <string.h>

/* As IPv6 writes it. */
static struct in6_addr address_in(const struct sockaddr *from)
{
	struct in6_addr address = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
	if (from->sa_family == AF_INET6)
		return ((const struct sockaddr_in6 *)from)->sin6_addr;
	memcpy(address.s6_addr + 12, &((const struct sockaddr_in *)from)->sin_addr,
	       sizeof(struct in_addr));
	return address;
}

/* One end's address, told by SYS_getsockname or SYS_getpeername. */
static bool address_of_end(long end, int fd, struct in6_addr *address)
{
	union {
		struct sockaddr any;
		struct sockaddr_in6 v6;
	} found;
	socklen_t bytes = sizeof(found);
	if (RAW_3(end, fd, &found, &bytes) < 0)
		return false;
	*address = address_in(&found.any);
	return true;
}

static bool is_loopback(const struct in6_addr *address)
{
	return IN6_IS_ADDR_LOOPBACK(address) ||
	       (IN6_IS_ADDR_V4MAPPED(address) && address->s6_addr[12] == 127);
}

/* What goes to an address of the machine's own takes loopback, and comes from it unless bound. */
static bool goes_here(int fd, const struct sockaddr *to)
{
	struct in6_addr peer, own;
	if (to)
		peer = address_in(to);
	else if (!address_of_end(SYS_getpeername, fd, &peer))
		return false;
	return is_loopback(&peer) ||
	       (address_of_end(SYS_getsockname, fd, &own) && IN6_ARE_ADDR_EQUAL(&peer, &own));
}

/*
 * MSG_ZEROCOPY is ignored unless the socket asked for it. On loopback the
 * pages are copied after all, when they reach the receiver: net/core/skbuff.c,
 * skb_copy_ubufs().
 */
static enum column zero_copy_column(int fd, enum kind kind, const struct sockaddr *to)
{
	int wanted = 0;
	socklen_t bytes = sizeof(wanted);
	if (kind != KIND_TCP && kind != KIND_UDP)
		return COLUMN_from_user_bytes;
	if (RAW_5(SYS_getsockopt, fd, SOL_SOCKET, SO_ZEROCOPY, &wanted, &bytes) < 0 || !wanted)
		return COLUMN_from_user_bytes;
	/* Where a stream is connected to, no address changes: net/ipv4/tcp.c. */
	return goes_here(fd, kind == KIND_UDP ? to : NULL) ? COLUMN_in_kernel_bytes
							   : COLUMN_by_reference_bytes;
}

static void copied_out(struct span *s, uint64_t n, int fd, const void *to, int flags)
{
	enum column column =
	    flags & MSG_ZEROCOPY ? zero_copy_column(fd, s->kind, to) : COLUMN_from_user_bytes;
	bytes_returned(s, n);
	span_crossed(s, column, n);
}

void sent(struct span *s, ssize_t r, int fd, const void *to, int flags)
{
	if (r < 0)
		span_add(s, COLUMN_errors, 1);
	else
		copied_out(s, (uint64_t)r, fd, to, flags);
}

/* A call that failed may have been given anything for a message. */
void sent_message(struct span *s, ssize_t r, int fd, const struct msghdr *msg, int flags)
{
	sent(s, r, fd, r >= 0 && flags & MSG_ZEROCOPY ? msg->msg_name : NULL, flags);
}

/* Its result counts messages; the bytes of each stand in msg_len. They go where the first goes. */
void sent_many(struct span *s, int r, int fd, const struct mmsghdr *msgs, int flags)
{
	uint64_t n = 0;
	for (int i = 0; i < r; i++)
		n += msgs[i].msg_len;
	sent(s, r < 0 ? r : (ssize_t)n, fd, r > 0 ? msgs->msg_hdr.msg_name : NULL, flags);
}

/*
 * MSG_TRUNC: TCP throws the bytes away without a copy (net/ipv4/tcp.c), a
 * datagram's result is its length however little of it there was room for
 * (net/ipv4/udp.c, net/unix/af_unix.c), a UNIX stream ignores the flag.
 */
static void copied_in(struct span *s, uint64_t n, uint64_t room, int flags)
{
	bytes_returned(s, n);
	if (!(flags & MSG_TRUNC) || s->kind == KIND_UNIX_STREAM) {
		span_crossed(s, COLUMN_to_user_bytes, n);
	} else if (s->kind == KIND_TCP) {
		span_crossed(s, COLUMN_discarded_bytes, n);
	} else {
		uint64_t copied = n < room ? n : room;
		span_crossed(s, COLUMN_to_user_bytes, copied);
		span_crossed(s, COLUMN_discarded_bytes, n - copied);
	}
}

void received(struct span *s, ssize_t r, size_t room, int flags)
{
	if (r < 0)
		span_add(s, COLUMN_errors, 1);
	else
		copied_in(s, (uint64_t)r, room, flags);
}

static uint64_t room_of(const struct msghdr *msg)
{
	uint64_t room = 0;
	for (size_t i = 0; i < msg->msg_iovlen; i++)
		room += msg->msg_iov[i].iov_len;
	return room;
}

void received_message(struct span *s, ssize_t r, const struct msghdr *msg, int flags)
{
	if (r < 0)
		span_add(s, COLUMN_errors, 1);
	else
		copied_in(s, (uint64_t)r, flags & MSG_TRUNC ? room_of(msg) : 0, flags);
	/* Descriptors that came with it have numbers that may have been known as something else. */
	if (r >= 0 && msg->msg_controllen) {
		struct msghdr received = *msg;
		for (struct cmsghdr *head = CMSG_FIRSTHDR(&received); head;
		     head = CMSG_NXTHDR(&received, head)) {
			if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
				continue;
			const int *fd = (const int *)CMSG_DATA(head);
			for (size_t n = (head->cmsg_len - CMSG_LEN(0)) / sizeof(*fd); n > 0; n--)
				object_forget_fd(*fd++);
		}
	}
}

void received_many(struct span *s, int r, const struct mmsghdr *msgs, int flags)
{
	uint64_t n = 0, room = 0;
	for (int i = 0; i < r; i++) {
		uint64_t most = room_of(&msgs[i].msg_hdr), length = msgs[i].msg_len;
		n += length;
		room += length < most ? length : most;
	}
	received(s, r < 0 ? r : (ssize_t)n, room, flags);
}
