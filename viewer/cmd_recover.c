/*
 * cmd_recover.c - copytrace recover: turns live regions that processes left behind into traces.
 */
#include "complain.h"
#include "living.h"
#include "options.h"
#include "output_file.h"
#include "region_file.h"
#include "rows.h"
#include "shared/region_json.h"
#include "text_table.h"
#include "trace_io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MOST 1000

enum { TO };
static const struct command_option options[] = {
    [TO] = {"to", 't', "DIR", "put the traces there, not beside the regions"},
    {0},
};

struct recovery {
	struct arena arena;
	const char *to; /* or NULL */
	size_t found;
	int code;
};

static void tell(const char *path, const char *what, const char *other)
{
	print_safe(path, STYLE_PLAIN);
	printf(": %s", what);
	print_safe(other, STYLE_PLAIN);
	putchar('\n');
}

static void refuse(struct recovery *recovery, const char *path, const char *why)
{
	complain("%s: %s", path, why);
	recovery->code = EXIT_UNUSABLE;
}

/* The trace's path without .json. */
static const char *stem_of(struct recovery *recovery, const char *path, const struct trace *trace)
{
	struct arena *arena = &recovery->arena;
	const char *stem = path;

	/* One that has lost the link beside the place of its trace; its own name says nothing. */
	if (is_region_in_memory(path)) {
		const struct process *process = trace->processes.items;
		const char *name = base_name(process->exe);
		stem = arena_print(arena, "copytrace.%s.%d", *name ? name : "unknown",
				   (int)process->pid);
	} else if (is_region_name(path)) {
		stem = arena_copy(arena, path, strlen(path) - strlen(".live"));
	}
	return recovery->to ? arena_print(arena, "%s/%s", recovery->to, base_name(stem)) : stem;
}

static bool has_same_record(const char *path, const struct trace *trace)
{
	struct complaint why;
	struct trace there;
	struct arena arena = {0};
	bool same = false;

	if (!trace_read(&there, path, &why))
		return false;
	const char *key = process_key(&arena, trace->processes.items);
	for (size_t i = 0; i < there.processes.count && !same; i++)
		same = !strcmp(key, process_key(&arena, &there.processes.items[i]));
	arena_close(&arena);
	trace_close(&there);
	return same;
}

/*
 * Writes the trace under the first free name, unless a trace of that name has
 * the record: the process was killed after it had written it. NULL after
 * telling the user.
 */
static const char *write_trace(struct recovery *recovery, const char *path,
			       const struct trace *trace, bool *already)
{
	const char *stem = stem_of(recovery, path, trace), *name = stem;
	struct complaint why;

	for (int n = 1; n < NAMES_MOST; n++) {
		name = n == 1 ? arena_print(&recovery->arena, "%s.json", stem)
			      : arena_print(&recovery->arena, "%s.%d.json", stem, n);
		*already = has_same_record(name, trace);
		if (*already || output_trace(trace, name, false, &why))
			return name;
		if (errno != EEXIST)
			break;
	}
	refuse(recovery, path, arena_print(&recovery->arena, "%s %s", name, why.text));
	return NULL;
}

static void recover_open(struct recovery *recovery, const struct region_file *file,
			 const struct region *head, const char *path)
{
	const struct region_fate killed = {0};
	struct complaint why;
	struct trace trace;
	bool already;

	/* Also where its record has ended: it may be about to write it. */
	if (process_lives(head->pid, head->start_boottime_ns)) {
		tell(path, "left as it is: its process still runs, pid ",
		     arena_print(&recovery->arena, "%d", (int)head->pid));
		return;
	}
	if (!trace_read_region(&trace, file->fd, &killed, &why)) {
		refuse(recovery, path, why.text);
		return;
	}
	const char *name = write_trace(recovery, path, &trace, &already);
	if (name) {
		region_file_remove(file, path);
		tell(path, already ? "removed, since its record is in " : "recovered as ", name);
	}
	trace_close(&trace);
}

/* asked: the path was given, and not found in a directory. */
static void recover_region(struct recovery *recovery, const char *path, bool asked)
{
	struct region_file file;
	struct region head;
	struct complaint why;

	switch (region_file_open(&file, path, &head, &why)) {
	case REGION_OPEN:
		recover_open(recovery, &file, &head, path);
		region_file_close(&file);
		break;
	case REGION_BLANK:
		region_file_remove(&file, path);
		region_file_close(&file);
		tell(path, "removed: its process was killed before anything was recorded", "");
		break;
	case REGION_GONE:
		unlink(path);
		tell(path, "removed: the region that it led to is gone: ", file.target);
		break;
	case REGION_BUSY:
		tell(path, "left as it is: somebody else recovers it", "");
		break;
	case REGION_FOREIGN:
		if (asked)
			refuse(recovery, path, "belongs to another user, who can recover it");
		else
			recovery->found--;
		break;
	case REGION_BAD:
		refuse(recovery, path, why.text);
		break;
	}
}

/* copytrace.EXE.PID.json, as the tracer says it where nothing else is asked for. */
static bool has_default_name(const char *path, long pid)
{
	char number[32];
	const char *name = base_name(path);

	snprintf(number, sizeof(number), ".%ld.", pid);
	const char *first = strstr(name, number);
	return !strncmp(name, "copytrace.", strlen("copytrace.")) && first &&
	       strstr(first + 1, number);
}

/*
 * Others name their unfinished files so, too (browsers, downloads). One in which
 * nothing was written yet is ours only by a name that nobody else gives.
 */
static bool is_begun_trace(const char *path, long pid, struct stat *status)
{
	char text[64] = "";
	unsigned schema;
	ssize_t n = -1;

	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	if (!fstat(fd, status) && S_ISREG(status->st_mode))
		n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (!n)
		return has_default_name(path, pid);
	return n > 0 && sscanf(text, " { \"copytrace\" : { \"schema\" : %u", &schema) == 1;
}

/* NAME.PID.partial, which process PID was writing. It is ours and nobody goes on writing it. */
static bool is_abandoned(const char *path)
{
	struct stat status;
	char *end;

	const char *dot = memrchr(path, '.', strlen(path) - strlen(".partial"));
	long pid = dot ? strtol(dot + 1, &end, 10) : 0;
	if (pid <= 0 || pid > INT_MAX || strcmp(end, ".partial"))
		return false;
	if (!is_begun_trace(path, pid, &status) || status.st_uid != geteuid())
		return false;
	/* A pid is used again. A second for what the clocks round. */
	int64_t started = process_started((int)pid);
	return !started || started > status.st_mtime + 1;
}

static int is_left(const struct dirent *entry)
{
	return is_region_name(entry->d_name) || is_partial_name(entry->d_name);
}

static void recover_directory(struct recovery *recovery, const char *directory)
{
	struct dirent **names;
	size_t before = recovery->found;

	int count = scandir(directory, &names, is_left, versionsort);
	if (count < 0) {
		refuse(recovery, directory, strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		const char *slash = directory[strlen(directory) - 1] == '/' ? "" : "/";
		const char *path =
		    arena_print(&recovery->arena, "%s%s%s", directory, slash, names[i]->d_name);
		free(names[i]);
		if (is_region_name(path)) {
			recovery->found++;
			recover_region(recovery, path, false);
		} else if (is_abandoned(path) && !unlink(path)) {
			recovery->found++;
			tell(path, "removed: its process was killed while it was writing it", "");
		}
	}
	free(names);
	if (recovery->found == before)
		tell(directory, "nothing to recover", "");
}

static void recover(struct recovery *recovery, const char *path)
{
	struct stat status;

	if (!stat(path, &status) && S_ISDIR(status.st_mode))
		recover_directory(recovery, path);
	else
		recover_region(recovery, path, true);
}

static int run(int argc, char **argv)
{
	struct recovery recovery = {.code = EXIT_FINE};
	const char *argument;
	int option;

	while ((option = options_next(&command_recover, argc, argv, false, &argument)) == TO)
		recovery.to = argument;
	if (option != OPTIONS_END)
		return option == OPTIONS_HELP ? EXIT_FINE : EXIT_UNUSABLE;
	if (options_first_operand() == argc) {
		complain("recover: no directory or file given; copytrace recover DIR|FILE...");
		return EXIT_UNUSABLE;
	}
	for (int i = options_first_operand(); i < argc; i++)
		recover(&recovery, argv[i]);
	arena_close(&recovery.arena);
	return recovery.code;
}

const struct command command_recover = {
    .name = "recover",
    .operands = "DIR|FILE...",
    .summary = "turn what killed processes left behind into traces",
    .details = "Of a DIR, every live region (*.live) whose process runs no more becomes a trace\n"
	       "beside it, and is removed once that is written. The regions in /dev/shm that no\n"
	       "link leads to become traces in the working directory",
    .options = options,
    .run = run,
};
