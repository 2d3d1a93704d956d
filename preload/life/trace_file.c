/*
 * trace_file.c - puts the trace in its place: whole or not at all, over nobody's file.
 */
#include "life/trace_file.h"

#include "abi/raw.h"
#include "region/live.h"
#include "shared/region_json.h"
#include "shared/scratch.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

struct file {
	int fd;
	int error;
};

static bool drain(void *context, const char *bytes, size_t n)
{
	struct file *file = context;
	while (n > 0) {
		long written = raw_write(file->fd, bytes, n);
		if (written == -EINTR)
			continue;
		if (written <= 0) {
			file->error = written ? (int)written : -EIO;
			return false;
		}
		bytes += written;
		n -= (size_t)written;
	}
	return true;
}

/* What is too large for the stack of a signal handler that exits. */
struct workspace {
	struct json_out out;
	char temporary[PATH_MAX], other[PATH_MAX];
};

static int write_json(struct workspace *work, int fd)
{
	struct file file = {fd, 0};
	uint64_t used = __atomic_load_n(&live.region->used, __ATOMIC_ACQUIRE);
	struct region_view view = {live.region, used < live.bytes ? used : live.bytes};
	emit_init(&work->out, drain, &file);
	if (region_write_json(&view, NULL, &work->out) != 0)
		return -ENOMEM;
	return emit_finish(&work->out) ? 0 : file.error;
}

/* Like link and unlink, so that a name which is taken stays as it is. */
static long rename_to_free(const char *from, const char *to)
{
	long error = RAW_5(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
	if (error != -EINVAL && error != -ENOSYS)
		return error;
	error = RAW_2(SYS_link, from, to);
	if (!error)
		raw_unlink(from);
	return error;
}

/* PATH.2, PATH.3 and so on before the suffix: somebody has made a file of that name meanwhile. */
static bool next_name(char to[PATH_MAX], const char *from, unsigned n)
{
	size_t length = strlen(from);
	const char *suffix = length > 5 && !strcmp(from + length - 5, ".json") ? ".json" : "";
	int used =
	    snprintf(to, PATH_MAX, "%.*s.%u%s", (int)(length - strlen(suffix)), from, n, suffix);
	return used > 0 && used < PATH_MAX;
}

static int put_in_place(struct workspace *work, struct names *names)
{
	long error = rename_to_free(work->temporary, names->trace);
	for (unsigned n = 2; error == -EEXIST && n < ATTEMPTS; n++) {
		if (!next_name(work->other, names->trace, n))
			return -ENAMETOOLONG;
		error = rename_to_free(work->temporary, work->other);
		if (!error)
			memcpy(names->trace, work->other, PATH_MAX);
	}
	return (int)error;
}

/* Opens a new file: NAME.PID.partial, or where something has that name NAME.N.PID.partial. */
static long open_temporary(struct workspace *work, const struct names *names)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	const int pid = (int)raw_getpid();
	long fd = -EEXIST;
	for (unsigned n = 1; n < ATTEMPTS && fd == -EEXIST; n++) {
		int used =
		    n == 1 ? snprintf(work->temporary, PATH_MAX, "%s.%d.partial", names->trace, pid)
			   : snprintf(work->temporary, PATH_MAX, "%s.%u.%d.partial", names->trace,
				      n, pid);
		if (used < 0 || used >= PATH_MAX)
			return -ENAMETOOLONG;
		fd = raw_open(work->temporary, flags, 0600);
	}
	return fd;
}

static int write_file(struct workspace *work, struct names *names)
{
	/* A sandbox in which nothing can be removed: what fails half way would stay. */
	long removal = raw_unlink("");
	if (removal != -ENOENT)
		return (int)removal;
	long fd = open_temporary(work, names);
	if (fd < 0)
		return (int)fd;
	RAW_2(SYS_fchmod, fd, 0600); /* whatever the umask is */
	int error = write_json(work, (int)fd);
	long closed = raw_close((int)fd);
	if (!error)
		error = (int)closed;
	if (!error)
		error = put_in_place(work, names);
	if (error)
		raw_unlink(work->temporary);
	return error;
}

int trace_file_write(struct names *names)
{
	struct scratch scratch = {.pieces = 0};
	uint64_t size_signal = 1ull << (SIGXFSZ - 1);
	struct rlimit limit, most;
	struct timespec now = {0};
	bool limited = false;

	struct workspace *work = scratch_take(&scratch, 1, sizeof(*work));
	if (!work)
		return -ENOMEM;
	if (RAW_4(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &limit) == 0 &&
	    limit.rlim_cur != limit.rlim_max) {
		most = (struct rlimit){limit.rlim_max, limit.rlim_max};
		limited = RAW_4(SYS_prlimit64, 0, RLIMIT_FSIZE, &most, NULL) == 0;
	}
	int error = write_file(work, names);
	if (limited)
		RAW_4(SYS_prlimit64, 0, RLIMIT_FSIZE, &limit, NULL);
	/* The signal for a file that got too long is ours: the program must not get it. */
	if (error == -EFBIG)
		RAW_4(SYS_rt_sigtimedwait, &size_signal, NULL, &now, 8);
	scratch_release(&scratch);
	return error;
}

static bool is_region_of_ours(const char *path)
{
	struct region head;
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
	long fd = raw_open(path, flags, 0);
	if (fd < 0)
		return false;
	bool ours = raw_read((int)fd, &head, sizeof(head)) == sizeof(head) &&
		    memcmp(head.magic, REGION_MAGIC, sizeof(head.magic)) == 0 &&
		    head.pid == raw_getpid();
	raw_close((int)fd);
	return ours;
}

static bool is_in_memory(const char *target)
{
	const size_t n = strlen(REGION_IN_MEMORY);
	return strncmp(target, REGION_IN_MEMORY, n) == 0 && !strchr(target + n, '/');
}

void region_file_remove(const char *path)
{
	char target[64]; /* what a link of ours says is shorter */
	long n = raw_readlink(path, target, sizeof(target) - 1);
	if (n <= 0) {
		if (is_region_of_ours(path))
			raw_unlink(path);
		return;
	}
	/* The link may be another by now, where others can write: only a region of ours is removed.
	 */
	target[n] = '\0';
	if (is_in_memory(target) && is_region_of_ours(target)) {
		raw_unlink(target);
		raw_unlink(path);
	}
}
