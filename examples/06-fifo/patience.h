/*
 * patience.h - letting another process wait: until the kernel says that it sleeps where it should,
 * and then some.
 */
#ifndef EXAMPLES_06_FIFO_PATIENCE_H
#define EXAMPLES_06_FIFO_PATIENCE_H

#include "../io.h"

#include <stdio.h>
#include <time.h>

#define NAP_MS	   25
#define PATIENCE_S 60

static inline void nap(long milliseconds)
{
	nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

/* Whether the process sleeps in one of two functions of the kernel (fs/pipe.c). */
static inline int sleeps_in(const char *pid, const char *function, const char *or_function)
{
	char path[64], name[64] = "";

	snprintf(path, sizeof(path), "/proc/%s/wchan", pid);
	FILE *file = fopen(path, "r");
	if (!file)
		err(1, "%s", path);
	if (!fgets(name, sizeof(name), file) && ferror(file))
		err(1, "%s", path);
	fclose(file);
	return strstr(name, function) || strstr(name, or_function);
}

/* Lets the process, if there is one, wait in open, read or write for NAP_MS at least. */
static inline void keep_waiting(const char *pid, const char *function, const char *or_function)
{
	if (!pid)
		return;
	for (int i = 0; !sleeps_in(pid, function, or_function); i++) {
		if (i == PATIENCE_S * 1000)
			errx(1, "process %s doesn't wait in %s", pid, function);
		nap(1);
	}
	nap(NAP_MS);
}

#define KEEP_OPENING(pid) keep_waiting(pid, "wait_for_partner", "fifo_open")
#define KEEP_READING(pid) keep_waiting(pid, "pipe_read", "pipe_read")
#define KEEP_WRITING(pid) keep_waiting(pid, "pipe_write", "pipe_write")

#endif
