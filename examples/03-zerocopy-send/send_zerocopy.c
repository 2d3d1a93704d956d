/* send_zerocopy.c - sends a buffer to standard output, a TCP socket, with MSG_ZEROCOPY until it has
 * sent TOTAL bytes, and prints how the kernel completed that: send_zerocopy TOTAL PIECE.
 */
#include "../io.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

struct completions {
	size_t all, copied;
};

/* The kernel numbers the calls; one message stands for a range of them. */
static void count(struct completions *completions, const struct sock_extended_err *what)
{
	size_t calls = what->ee_data - what->ee_info + 1;

	if (what->ee_errno || what->ee_origin != SO_EE_ORIGIN_ZEROCOPY)
		errx(1, "the error queue has an error: %s", strerror(what->ee_errno));
	completions->all += calls;
	if (what->ee_code & SO_EE_CODE_ZEROCOPY_COPIED)
		completions->copied += calls;
}

/* Until then the kernel may read the buffer, and nobody may write to it. */
static void wait_for_completion(int fd, struct completions *completions)
{
	struct pollfd ready = {.fd = fd}; /* POLLERR needn't be asked for */
	char control[CMSG_SPACE(sizeof(struct sock_extended_err)) + 64];
	struct msghdr message = {.msg_control = control, .msg_controllen = sizeof(control)};

	if (poll(&ready, 1, -1) != 1)
		err(1, "poll");
	if (recvmsg(fd, &message, MSG_ERRQUEUE) < 0)
		err(1, "recvmsg");
	for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head;
	     head = CMSG_NXTHDR(&message, head))
		if (head->cmsg_level == SOL_IP && head->cmsg_type == IP_RECVERR)
			count(completions, (const struct sock_extended_err *)CMSG_DATA(head));
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: send_zerocopy TOTAL PIECE");
	size_t total = size_argument(argv[1]), piece = size_argument(argv[2]);
	char *buffer = must_have(calloc(1, piece));
	struct completions completions = {0};
	int yes = 1;

	alarm(60);
	if (setsockopt(STDOUT_FILENO, SOL_SOCKET, SO_ZEROCOPY, &yes, sizeof(yes)))
		err(1, "SO_ZEROCOPY");
	while (total > 0) {
		ssize_t sent =
		    send(STDOUT_FILENO, buffer, piece < total ? piece : total, MSG_ZEROCOPY);
		if (sent < 0)
			err(1, "send");
		total -= sent;
		wait_for_completion(STDOUT_FILENO, &completions);
	}
	fprintf(stderr, "%zu completions, %zu of them copied\n", completions.all,
		completions.copied);
	return 0;
}
