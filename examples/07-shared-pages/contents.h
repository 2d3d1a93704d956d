/* contents.h - 1 MiB of memory, what is put there, and what is found there. */
#ifndef CONTENTS_H
#define CONTENTS_H

#include "../io.h"

#include <spawn.h>
#include <stdint.h>
#include <stdio.h>

enum { SIZE = 1 << 20 };

/* How many of the bytes are filled, given as an argument. */
static inline size_t filled_argument(const char *text)
{
	size_t filled = size_argument(text);

	if (filled > SIZE)
		errx(2, "%s: that is more than 1M", text);
	return filled;
}

/* The words 1, 2, 3 and so on. */
static inline void fill(void *memory, size_t bytes)
{
	uint32_t *words = memory;

	for (uint32_t i = 0; i < bytes / sizeof(*words); i++)
		words[i] = i + 1;
}

/* Ends the program if that isn't there, or is followed by anything but zeros. */
static inline void check(const void *memory, size_t filled)
{
	const uint32_t *words = memory;

	for (uint32_t i = 0; i < SIZE / sizeof(*words); i++)
		if (words[i] != (i < filled / sizeof(*words) ? i + 1 : 0))
			errx(1, "word %u is %u", i, words[i]);
}

/* Runs the command with one more argument, which says where the memory is found; waits for it. */
static inline void run_with(char **command, int arguments, char *where)
{
	extern char **environ;
	char *all[arguments + 2];
	pid_t pid;

	memcpy(all, command, arguments * sizeof(*all));
	all[arguments] = where;
	all[arguments + 1] = NULL;
	if ((errno = posix_spawnp(&pid, all[0], NULL, NULL, all, environ)))
		err(1, "%s", all[0]);
	wait_for_children();
}

#endif
