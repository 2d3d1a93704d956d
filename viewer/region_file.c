/*
 * region_file.c - a live region as a file: itself, or a link to it in /dev/shm.
 */
#include "region_file.h"

#include "shared/region.h"
#include "trace_io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BLANK_AFTER 10 /* seconds; a region is made in less than a millisecond */

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);
	return n > m && !strcmp(name + n - m, suffix);
}

bool is_region_name(const char *name)
{
	return ends_with(name, ".live");
}

bool is_trace_name(const char *name)
{
	return !strncmp(name, "copytrace.", 10) && ends_with(name, ".json");
}

bool is_partial_name(const char *name)
{
	return ends_with(name, ".partial");
}

static bool read_link(struct region_file *file, const char *path)
{
	ssize_t n = readlink(path, file->target, sizeof(file->target) - 1);

	file->linked = n > 0;
	file->target[n > 0 ? n : 0] = 0;
	return file->linked;
}

bool is_region_in_memory(const char *path)
{
	const char *name = MEMORY_DIRECTORY "/copytrace-";
	return !strncmp(path, name, strlen(name)) && !strchr(path + strlen(name), '/');
}

/* Other files begin with zeros, too; this one has the sizes and rights of region/live.c. */
bool region_is_blank(int fd)
{
	const struct region zeros = {0};
	struct region head;
	struct stat status;

	return !fstat(fd, &status) && !(status.st_mode & (S_IRWXG | S_IRWXO)) &&
	       status.st_size >= (off_t)REGION_BYTES_LEAST &&
	       status.st_size <= (off_t)REGION_BYTES && !(status.st_size & (status.st_size - 1)) &&
	       pread(fd, &head, sizeof(head), 0) == sizeof(head) &&
	       !memcmp(head.magic, zeros.magic, sizeof(head.magic)) &&
	       (head.layout == REGION_LAYOUT || !memcmp(&head, &zeros, sizeof(head)));
}

static enum region_found look_at(const struct region_file *file, struct region *head,
				 struct complaint *why)
{
	struct stat status;

	if (fstat(file->fd, &status) || !S_ISREG(status.st_mode)) {
		object_to(why, "isn't a regular file");
		return REGION_BAD;
	}
	if (status.st_uid != geteuid())
		return REGION_FOREIGN;
	if (flock(file->fd, LOCK_EX | LOCK_NB))
		return REGION_BUSY;
	/* Who had the lock before has removed it. */
	if (!fstat(file->fd, &status) && !status.st_nlink)
		return REGION_BUSY;
	if (region_is_blank(file->fd) && status.st_ctime + BLANK_AFTER < time(NULL))
		return REGION_BLANK;
	return trace_read_region_head(file->fd, head, why) ? REGION_OPEN : REGION_BAD;
}

enum region_found region_file_open(struct region_file *file, const char *path, struct region *head,
				   struct complaint *why)
{
	const char *at = read_link(file, path) ? file->target : path;

	/* A link may be anybody's: what isn't ours would be removed. */
	if (file->linked && !is_region_in_memory(at)) {
		object_to(why, "is a link to where no region is made: %s", at);
		return REGION_BAD;
	}
	file->fd = open(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (file->fd < 0) {
		if (errno == ENOENT && file->linked)
			return REGION_GONE;
		if (errno == EACCES)
			return REGION_FOREIGN;
		object_to(why, "can't be opened: %s", strerror(errno));
		return REGION_BAD;
	}
	enum region_found found = look_at(file, head, why);
	if (found != REGION_OPEN && found != REGION_BLANK)
		region_file_close(file);
	return found;
}

void region_file_close(struct region_file *file)
{
	close(file->fd);
	file->fd = -1;
}

void region_file_remove(const struct region_file *file, const char *path)
{
	const char *at = file->linked ? file->target : path;
	struct stat opened, now;

	if (!fstat(file->fd, &opened) && !lstat(at, &now) && opened.st_dev == now.st_dev &&
	    opened.st_ino == now.st_ino)
		unlink(at);
	if (file->linked)
		unlink(path);
}
