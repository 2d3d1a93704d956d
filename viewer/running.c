/*
 * running.c - which processes of a recorded tree outlive its command.
 */
#include "running.h"

#include "living.h"
#include "region_file.h"
#include "shared/region.h"
#include "trace_io.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMES_SHOWN   5
#define LOOK_AGAIN_MS 50

static void add(struct arena *arena, struct running *running, int pid)
{
	for (size_t i = 0; i < running->pids.count; i++)
		if (running->pids.items[i] == pid)
			return;
	running->pids.items =
	    arena_grow(arena, running->pids.items, running->pids.count, sizeof(int));
	running->pids.items[running->pids.count++] = pid;
}

/* The whole file, whatever its length, with a zero behind it; in the arena, NULL where it can't be
 * read. */
static char *read_whole(struct arena *arena, const char *path, size_t *bytes)
{
	size_t room = 8192;
	char *text = arena_take(arena, room);
	ssize_t n = 0;

	*bytes = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	while ((n = read(fd, text + *bytes, room - *bytes - 1)) > 0) {
		*bytes += (size_t)n;
		if (room - *bytes > 1)
			continue;
		char *more = arena_take(arena, room * 2);
		memcpy(more, text, room);
		text = more;
		room *= 2;
	}
	close(fd);
	return text;
}

/* As of its last exec: a zombie has no environment any more. */
static bool was_told(const char *pid, const char *variable)
{
	struct arena arena = {0};
	size_t bytes;
	const char *environment =
	    read_whole(&arena, arena_print(&arena, "/proc/%s/environ", pid), &bytes);

	bool told = environment && memmem(environment, bytes, variable, strlen(variable) + 1);
	arena_close(&arena);
	return told;
}

static void add_told(struct arena *arena, struct running *running, const char *directory)
{
	const char *variable = arena_print(arena, "COPYTRACE_DIR=%s", directory);
	struct dirent *entry;

	DIR *processes = opendir("/proc");
	while (processes && (entry = readdir(processes)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    was_told(entry->d_name, variable))
			add(arena, running, atoi(entry->d_name));
	if (processes)
		closedir(processes);
}

static void add_regions(struct arena *arena, struct running *running, const char *directory)
{
	struct dirent *entry;
	struct complaint unused;
	struct region head;

	DIR *listing = opendir(directory);
	while (listing && (entry = readdir(listing))) {
		const char *path = arena_print(arena, "%s/%s", directory, entry->d_name);
		int fd = is_region_name(path) ? open_regular(path, &unused) : -1;
		if (fd >= 0 && trace_read_region_head(fd, &head, &unused) &&
		    process_lives(head.pid, head.start_boottime_ns))
			add(arena, running, head.pid);
		if (fd >= 0)
			close(fd);
	}
	if (listing)
		closedir(listing);
}

struct running running_find(struct arena *arena, const char *directory)
{
	struct running running = {0};

	add_regions(arena, &running, directory);
	add_told(arena, &running, directory);
	return running;
}

static const char *name_of(struct arena *arena, int pid)
{
	size_t bytes;
	char *name = read_whole(arena, arena_print(arena, "/proc/%d/comm", pid), &bytes);

	return name && bytes ? arena_copy(arena, name, strcspn(name, "\n")) : "(just ended)";
}

const char *running_names(struct arena *arena, const struct running *running)
{
	const char *text = "";
	size_t i = 0;

	for (; i < running->pids.count && i < NAMES_SHOWN; i++)
		text = arena_print(arena, "%s%s%s (pid %d)", text, i ? ", " : "",
				   name_of(arena, running->pids.items[i]), running->pids.items[i]);
	if (i < running->pids.count)
		text = arena_print(arena, "%s and %zu more", text, running->pids.count - i);
	return text;
}

/* Until one process has ended; false if a signal came first. */
static bool wait_for(int pid, int signals)
{
	struct pollfd events[] = {{.fd = signals, .events = POLLIN},
				  {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN}};

	/* Before Linux 5.3 it can only be looked for again. */
	(void)poll(events, 2, events[1].fd < 0 ? LOOK_AGAIN_MS : -1);
	if (events[1].fd >= 0)
		close(events[1].fd);
	return !(events[0].revents & POLLIN);
}

void running_wait(const char *directory)
{
	struct arena arena = {0};
	sigset_t signals;
	int quiet_looks = 0;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	int fd = signalfd(-1, &signals, SFD_CLOEXEC);
	/* Twice, since a process can be made behind the back of who lists them. */
	while (fd >= 0 && quiet_looks < 2) {
		struct running running = running_find(&arena, directory);
		if (running.pids.count && !wait_for(running.pids.items[0], fd))
			break;
		quiet_looks = running.pids.count ? 0 : quiet_looks + 1;
		arena_close(&arena);
	}
	arena_close(&arena);
	if (fd >= 0)
		close(fd);
}
