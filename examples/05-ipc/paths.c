/* paths.c - what is found by a path: FIFOs, sockets, and numbers such as a port. */
#include "ipc.h"

#include <stdio.h>

void leave_number(const char *path, long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%07ld", number);
	if (symlink(text, path))
		err(1, "symlink %s", path);
}

long number_at(const char *path)
{
	char text[24] = "";

	if (readlink(path, text, sizeof(text) - 1) < 0)
		err(1, "readlink %s", path);
	return atol(text);
}

void remove_path(const char *path)
{
	if (path)
		unlink(path);
}
