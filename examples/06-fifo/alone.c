/* alone.c - what a FIFO answers to who doesn't want to wait: alone FIFO. */
#include "../io.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>

static char bytes[1 << 20];

static int show(const char *what, int result)
{
	if (result < 0)
		printf("%-28s %s\n", what, strerrorname_np(errno));
	else
		printf("%-28s %d\n", what, result);
	return result;
}

static int show_open(const char *what, const char *path, int flags)
{
	int fd = open(path, flags);

	show(what, fd < 0 ? fd : 0);
	return fd;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: alone FIFO");
	alarm(60);
	signal(SIGPIPE, SIG_IGN);

	show_open("open to write", argv[1], O_WRONLY | O_NONBLOCK);
	int from = show_open("open to read", argv[1], O_RDONLY | O_NONBLOCK);
	show("read, no writer", read(from, bytes, sizeof(bytes)));
	int to = show_open("open to write", argv[1], O_WRONLY | O_NONBLOCK);
	show("read, empty", read(from, bytes, sizeof(bytes)));

	int room = show("capacity", fcntl(to, F_GETPIPE_SZ));
	show("write all but a page", write(to, bytes, room - PIPE_BUF));
	show("write two pages", write(to, bytes, 2 * PIPE_BUF));
	show("write a page, full", write(to, bytes, PIPE_BUF));
	close(from);
	show("write, no reader", write(to, bytes, 1));
	close(to);
	show_open("open to read and write", argv[1], O_RDWR);
	return 0;
}
