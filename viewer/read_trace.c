/*
 * read_trace.c - opens a trace, whichever form it has, and never waits for it.
 */
#include "trace_io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int open_regular(const char *path, struct complaint *why)
{
	struct stat status;

	/* Without O_NONBLOCK, a FIFO would wait here for its other end. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		object_to(why, "can't be opened: %s", strerror(errno));
		return -1;
	}
	if (fstat(fd, &status))
		object_to(why, "can't be read: %s", strerror(errno));
	else if (S_ISDIR(status.st_mode))
		object_to(why, "is a directory, not a trace");
	else if (!S_ISREG(status.st_mode))
		object_to(why, "isn't a regular file");
	else if (!status.st_size)
		object_to(why, "is empty (byte offset 0): no trace was written to it");
	else
		return fd;
	close(fd);
	return -1;
}

bool trace_read(struct trace *trace, const char *path, struct complaint *why)
{
	int fd = open_regular(path, why);
	if (fd < 0)
		return false;
	bool fine = is_region(fd) ? trace_read_region(trace, fd, NULL, why)
				  : trace_read_json(trace, fd, why);
	close(fd);
	return fine;
}
