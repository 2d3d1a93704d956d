/*
 * collect.c - a directory in which a tree of processes leaves its traces.
 */
#include "collect.h"

#include "complain.h"
#include "fork_order.h"
#include "region_file.h"
#include "shared/region_json.h"
#include "trace_io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROOM_IN_MEMORY (1ul << 30) /* a process leaves some 10 KiB */

/*
 * What root runs may become another user's. Such leave their traces too, but see
 * nobody else's, and can't take them away.
 */
static bool let_others_in(const char *directory)
{
	return geteuid() ||
	       !chmod(directory, S_IRWXU | S_IWGRP | S_IXGRP | S_IWOTH | S_IXOTH | S_ISVTX);
}

/* Each process makes and removes files, which a disk keeps a journal of. */
static bool memory_has_room(void)
{
	struct statvfs status;
	return !access(MEMORY_DIRECTORY, W_OK | X_OK) && !statvfs(MEMORY_DIRECTORY, &status) &&
	       status.f_bavail * status.f_frsize >= ROOM_IN_MEMORY;
}

char *collection_init(struct arena *arena)
{
	const char *base = getenv("TMPDIR");
	char resolved[PATH_MAX];

	/* Absolute, since the processes may change their working directories. */
	if (!base || !*base || !realpath(base, resolved))
		strcpy(resolved, memory_has_room() ? MEMORY_DIRECTORY : "/tmp");
	char *directory = arena_print(arena, "%s/copytrace.XXXXXX", resolved);
	if (mkdtemp(directory) && let_others_in(directory))
		return directory;
	complain("no directory can be made in %s: %s", resolved, strerror(errno));
	return NULL;
}

/* The kernel follows no link of others in a directory that all may write (proc(5),
 * protected_symlinks). */
static int open_region(const char *path, struct complaint *why)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	target[n > 0 ? n : 0] = 0;
	return open_regular(n > 0 ? target : path, why);
}

/* Only the process that we waited for has an end that we know better than its region does. */
static bool read_region_of(const char *path, const struct outcome *outcome, struct trace *trace,
			   struct complaint *why)
{
	bool killed = outcome && WIFSIGNALED(outcome->wait_status);
	struct region_fate fate = {.signal = killed ? WTERMSIG(outcome->wait_status) : 0};
	struct region head;

	int fd = open_region(path, why);
	if (fd < 0)
		return false;
	bool ours =
	    killed && pread(fd, &head, sizeof(head), 0) == sizeof(head) && head.pid == outcome->pid;
	/* Killed before its first line: nothing was recorded, and nothing is missing. */
	bool fine = region_is_blank(fd) ? true
		    : is_region(fd)	? trace_read_region(trace, fd, ours ? &fate : NULL, why)
					: object_to(why, "isn't a live region");
	close(fd);
	return fine;
}

struct collector {
	struct trace *trace;
	struct map names, known;
	const struct outcome *outcome;
	bool complete;
	time_t start;
};

static bool is_new_name(struct collector *collector, const char *name)
{
	bool fresh;
	map_number(&collector->names, &collector->trace->arena, name, strlen(name), &fresh);
	return fresh;
}

static void collect_file(struct collector *collector, const char *path, bool region)
{
	struct complaint why;
	struct trace one = {0};

	if (region ? read_region_of(path, collector->outcome, &one, &why)
		   : trace_read(&one, path, &why)) {
		/* A process that was about to end may have left both its trace and its region. */
		trace_drop_known(&one, &collector->known, &collector->trace->arena);
		if (!trace_is_empty(&one))
			trace_steal(collector->trace, &one);
		trace_close(&one);
	} else if (access(path, F_OK) == 0) {
		complain("%s: %s", path, why.text);
		collector->complete = false;
	}
}

/* Only to who watches, and has watched for a second. */
static void tell_progress(struct collector *collector, bool done)
{
	if (time(NULL) < collector->start + 2 || !isatty(STDERR_FILENO))
		return;
	if (done)
		fputs("\r\033[K", stderr);
	else if (collector->trace->processes.count % 64 == 0)
		fprintf(stderr, "\rcopytrace: %zu records merged",
			collector->trace->processes.count);
}

static void collect(struct collector *collector, const char *directory,
		    bool (*wanted)(const char *name))
{
	struct dirent **names;
	char path[PATH_MAX];

	/* In order of name, so that two recordings of the same run look the same. */
	int count = scandir(directory, &names, NULL, versionsort);
	for (int i = 0; i < count; i++) {
		const char *name = names[i]->d_name;
		int n = snprintf(path, sizeof(path), "%s/%s", directory, name);
		if (n < PATH_MAX && wanted(name) && is_new_name(collector, name))
			collect_file(collector, path, wanted == is_region_name);
		tell_progress(collector, false);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}

static uint64_t time_ns(const struct timeval *time)
{
	return (uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_usec * 1000u;
}

static int by_start(const void *a, const void *b)
{
	const struct process *x = a, *y = b;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

struct child_row outcome_child(const struct outcome *outcome)
{
	int status = outcome->wait_status;
	const struct rusage *usage = &outcome->usage;
	struct fate fate = {"exit", WEXITSTATUS(status), UNKNOWN_SIGNED, false};

	if (WIFSIGNALED(status))
		fate = (struct fate){"signal", UNKNOWN_SIGNED, WTERMSIG(status), WCOREDUMP(status)};
	return (struct child_row){
	    .pid = (uint64_t)outcome->pid,
	    .end_ns = outcome->start_ns + outcome->wall_ns,
	    .exit = fate,
	    .usage = {.user_ns = time_ns(&usage->ru_utime),
		      .system_ns = time_ns(&usage->ru_stime),
		      .max_rss_bytes = (uint64_t)usage->ru_maxrss << 10,
		      .minor_faults = (uint64_t)usage->ru_minflt,
		      .major_faults = (uint64_t)usage->ru_majflt},
	};
}

bool collection_read(const char *directory, const struct outcome *outcome, struct trace *trace)
{
	struct collector collector = {trace, .outcome = outcome, .complete = true,
				      .start = time(NULL)};

	collect(&collector, directory, is_trace_name);
	collect(&collector, directory, is_region_name);
	/* Who ended in between has turned its region into a trace. */
	collect(&collector, directory, is_trace_name);
	tell_progress(&collector, true);
	if (outcome) {
		struct child_row command = outcome_child(outcome);
		trace_settle(trace, &command);
	}
	trace_order_forks(trace);
	if (trace->processes.count)
		qsort(trace->processes.items, trace->processes.count, sizeof(struct process),
		      by_start);
	return collector.complete;
}

static bool is_directory(const char *path)
{
	struct stat status;
	return !stat(path, &status) && S_ISDIR(status.st_mode);
}

bool traces_read(struct trace *trace, const char *path, bool *complete, struct complaint *why)
{
	*complete = true;
	if (!is_directory(path))
		return trace_read(trace, path, why);
	*trace = (struct trace){0};
	*complete = collection_read(path, NULL, trace);
	if (!trace_is_empty(trace))
		return true;
	trace_close(trace);
	return object_to(why, *complete ? "has no trace in it" : "nothing in it can be read");
}

bool traces_read_whole(struct trace *trace, const char *path, struct complaint *why)
{
	bool complete;

	if (!traces_read(trace, path, &complete, why))
		return false;
	if (complete)
		return true;
	trace_close(trace);
	return object_to(why, "not all in it can be read");
}

/* Of a user that a process became: what their link leads to is theirs, so nothing else is lost. */
static void remove_of_others(const struct region_file *file, const char *path)
{
	struct stat link, target;

	if (!geteuid() && file->linked && !lstat(path, &link) && !lstat(file->target, &target) &&
	    S_ISREG(target.st_mode) && link.st_uid == target.st_uid)
		unlink(file->target);
}

/* Also what a link leads to, where that is a region of ours: something else may have made the link.
 */
static void remove_left(const char *path)
{
	struct region_file file;
	struct region head;
	struct complaint unused;
	enum region_found found = region_file_open(&file, path, &head, &unused);

	if (found == REGION_OPEN || found == REGION_BLANK) {
		region_file_remove(&file, path);
		region_file_close(&file);
	} else {
		if (found == REGION_FOREIGN)
			remove_of_others(&file, path);
		unlink(path);
	}
}

void collection_close(const char *directory)
{
	char path[PATH_MAX];
	struct dirent *entry;

	DIR *listing = opendir(directory);
	while (listing && (entry = readdir(listing))) {
		int n = snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (n >= PATH_MAX || !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		remove_left(path);
	}
	if (listing)
		closedir(listing);
	rmdir(directory);
}
