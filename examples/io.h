/*
 * io.h - what every lesson's program needs: calls that succeed or end the program, and do all of
 * their work.
 */
#ifndef EXAMPLES_IO_H
#define EXAMPLES_IO_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A number of bytes given as an argument: 4096, 64K, 16M or 8G. */
static inline size_t size_argument(const char *text)
{
	static const char suffixes[] = "KMG";
	char *end;
	size_t size = strtoull(text, &end, 10);
	const char *suffix = *end ? strchr(suffixes, *end) : NULL;

	if (end == text || (*end && (!suffix || end[1])))
		errx(2, "'%s' isn't a size such as 4096, 64K or 16M", text);
	return suffix ? size << (10 * (suffix - suffixes + 1)) : size;
}

/* What malloc or calloc returned. */
static inline void *must_have(void *block)
{
	if (!block)
		err(1, "malloc");
	return block;
}

static inline int must_open(const char *path, int flags)
{
	int fd = open(path, flags, 0666);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static inline size_t file_size(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		err(1, "fstat");
	return status.st_size;
}

/* The pages of a file themselves, from its beginning. */
static inline void *must_map(int fd, size_t size, int protection)
{
	void *pages = mmap(NULL, size, protection, MAP_SHARED, fd, 0);

	if (pages == MAP_FAILED)
		err(1, "mmap");
	return pages;
}

/* A write to a pipe or socket may take less than it was given. */
static inline void write_all(int fd, const void *from, size_t size)
{
	const char *at = from;

	while (size > 0) {
		ssize_t written = write(fd, at, size);
		if (written < 0)
			err(1, "write");
		at += written;
		size -= written;
	}
}

/* Reads until there is no more. */
static inline void read_to_end(int fd, void *buffer, size_t size)
{
	ssize_t n;

	while ((n = read(fd, buffer, size)) > 0)
		;
	if (n < 0)
		err(1, "read");
}

/* Returns 0 in the child. */
static inline pid_t must_fork(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	return pid;
}

static inline void must_pipe(int ends[2])
{
	if (pipe(ends))
		err(1, "pipe");
}

/* Waits for every child; ends the program where one failed. */
static inline void wait_for_children(void)
{
	int status;

	while (wait(&status) > 0)
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			errx(1, "a child failed");
	if (errno != ECHILD)
		err(1, "wait");
}

#endif
