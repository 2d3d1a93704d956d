/*
 * output_file.c - a new file that appears whole or not at all and replaces nothing unasked.
 */
#include "output_file.h"

#include "trace_io.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool output_possible(const char *path, bool replace, struct complaint *why)
{
	struct stat status;
	char copy[4096];

	if (!*path || strlen(path) >= sizeof(copy))
		return object_to(why, "%s", *path ? "the name is too long" : "the name is empty");
	if (!lstat(path, &status)) {
		if (!S_ISREG(status.st_mode))
			return object_to(why, "is there already and isn't a regular file");
		if (!replace)
			return object_to(why, "is there already; --force overwrites it");
	}
	strcpy(copy, path);
	if (access(dirname(copy), W_OK | X_OK))
		return object_to(why, "can't be written: %s", strerror(errno));
	return true;
}

/* Without RENAME_NOREPLACE (some file systems), link() also refuses a name that is taken. */
static int give_name(const char *temporary, const char *path, bool replace)
{
	if (replace)
		return rename(temporary, path);
	if (!renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (link(temporary, path))
		return -1;
	unlink(temporary);
	return 0;
}

bool output_trace(const struct trace *trace, const char *path, bool replace, struct complaint *why)
{
	char temporary[4200];

	snprintf(temporary, sizeof(temporary), "%s.%d.partial", path, (int)getpid());
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file) {
		object_to(why, "can't be written: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	bool fine = trace_write_json(trace, file);
	fine = !fclose(file) && fine;
	if (fine && !give_name(temporary, path, replace))
		return true;
	int error = errno;
	unlink(temporary);
	object_to(why, "can't be written: %s", strerror(error));
	errno = error;
	return false;
}
