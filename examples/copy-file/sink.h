/*
 * sink.h - where the two programs put the bytes: a file, or with -s a UNIX
 * socket whose other end a child reads until there is no more.
 */
#ifndef SINK_H
#define SINK_H

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void read_all(int fd)
{
	static char buffer[64 * 1024];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		;
	if (n < 0)
		err(1, "read");
}

static int open_socket(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		err(1, "socketpair");
	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		close(ends[0]);
		read_all(ends[1]);
		exit(0);
	}
	close(ends[1]);
	return ends[0];
}

static int open_sink(const char *name)
{
	if (!strcmp(name, "-s"))
		return open_socket();

	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd < 0)
		err(1, "%s", name);
	return fd;
}

static void close_sink(int fd)
{
	if (close(fd))
		err(1, "close");
	while (wait(NULL) > 0)
		;
}

#endif
