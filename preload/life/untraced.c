/*
 * untraced.c - programs that are about to be executed and can't be traced: the record says so.
 *
 * Runs in vfork children: nothing here may allocate, lock or keep state. What
 * the files are read with is counted for whoever reads; in a record that is
 * ours it must not be taken for the program's.
 */
#include "life/untraced.h"

#include "abi/clock.h"
#include "abi/counter.h"
#include "abi/raw.h"
#include "life/environment.h"
#include "life/process.h"
#include "region/live.h"
#include "region/recording.h"
#include "shared/program_file.h"
#include "syscall/confine.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRIPTS_DEEP 5 /* fs/exec.c: one more is ELOOP */

static bool is_of(const struct untraced *note, const char *path, size_t n, enum program_refusal why)
{
	return note->why == why && note->path.bytes == n &&
	       memcmp((const char *)live.region + note->path.at, path, n) == 0;
}

static struct untraced *make_note(const char *path, enum program_refusal why)
{
	struct table *table = &live.region->untraced;
	uint32_t count = __atomic_load_n(&table->count, __ATOMIC_ACQUIRE), index;
	size_t n = strnlen(path, PATH_MAX);

	for (uint32_t i = 0; i < count; i++) {
		struct untraced *note = live_at(table, i);
		if (is_of(note, path, n, why)) {
			__atomic_fetch_add(&note->times, 1, __ATOMIC_RELAXED);
			return note;
		}
	}
	struct untraced *note = live_append(table, &index);
	if (!note) {
		__atomic_fetch_add(&live.region->untraced_folded, 1, __ATOMIC_RELAXED);
		return NULL;
	}
	note->path = live_text(path, n);
	note->why = why;
	__atomic_store_n(&note->times, 1, __ATOMIC_RELEASE);
	return note;
}

/* A script can be traced if what it is interpreted by can. */
static enum program_refusal refusal_of(int directory, const char *path, char *const envp[])
{
	char interpreter[SCRIPT_BYTES];
	/* First, for under a filter the others can't be asked. */
	if (confine_endangers())
		return PROGRAM_CONFINED;
	if (!environment_can_trace(envp))
		return PROGRAM_ENVIRONMENT;
	if (!environment_reaches())
		return PROGRAM_UNREACHABLE;
	uint64_t bytes = 0;
	enum program_refusal refusal = program_file_refusal(directory, path, interpreter, &bytes);
	for (int depth = 0; !refusal && interpreter[0] && depth < SCRIPTS_DEEP; depth++) {
		char next[SCRIPT_BYTES];
		memcpy(next, interpreter, sizeof(next));
		refusal = program_file_refusal(AT_FDCWD, next, interpreter, &bytes);
	}
	/* A vfork child's bytes are not in its parent's figures. */
	if (process_is_ours())
		counter_add_shared(&live.region->own_read_bytes, bytes);
	return refusal;
}

struct untraced *untraced_program(int directory, const char *path, char *const envp[])
{
	if (!recording_on() || !path)
		return NULL;
	enum program_refusal refusal = refusal_of(directory, path, envp);
	return refusal ? make_note(path, refusal) : NULL;
}

struct untraced *untraced_command(const char *file, char *const envp[])
{
	char path[PATH_MAX];
	const char *list = getenv("PATH");

	if (!file || strchr(file, '/'))
		return untraced_program(AT_FDCWD, file, envp);
	for (list = list ? list : "/bin:/usr/bin"; *file; list++) {
		size_t n = strcspn(list, ":"), name = strlen(file);
		if (n + name + 2 <= sizeof(path)) {
			memcpy(path, list, n);
			path[n] = '/';
			memcpy(path + n + (n > 0), file, name + 1);
			if (RAW_3(SYS_faccessat, AT_FDCWD, path, X_OK) == 0)
				return untraced_program(AT_FDCWD, path, envp);
		}
		list += n;
		if (!*list)
			break;
	}
	return NULL;
}

struct untraced *untraced_file(int fd, char *const envp[])
{
	char link[40] = "/proc/self/fd/", path[PATH_MAX];
	if (!recording_on() || fd < 0)
		return NULL;
	size_t at = strlen(link);
	unsigned digits = 1, n = (unsigned)fd;
	while (n /= 10)
		digits++;
	for (unsigned i = digits, rest = (unsigned)fd; i-- > 0; rest /= 10)
		link[at + i] = (char)('0' + rest % 10);
	enum program_refusal refusal = refusal_of(AT_FDCWD, link, envp);
	if (!refusal)
		return NULL;
	long length = raw_readlink(link, path, sizeof(path) - 1);
	path[length > 0 ? length : 0] = '\0';
	return make_note(length > 0 ? path : link, refusal);
}

static uint32_t index_of(const struct untraced *note)
{
	uint32_t i = 0;
	while (live_at(&live.region->untraced, i) != note)
		i++;
	return i;
}

struct untraced_process *untraced_starts(const struct untraced *note, int32_t pid, int32_t ppid)
{
	struct table *table = &live.region->untraced_processes;
	uint32_t index;
	struct untraced_process *process = note ? live_append(table, &index) : NULL;
	if (note && !process)
		__atomic_fetch_add(&live.region->untraced_processes_folded, 1, __ATOMIC_RELAXED);
	if (!process)
		return NULL;
	process->pid = pid;
	process->ppid = ppid;
	process->program = index_of(note);
	process->start_realtime_ns = clock_ns(CLOCK_REALTIME);
	__atomic_store_n(&process->executed, 1, __ATOMIC_RELEASE);
	return process;
}

void untraced_forked(const char *path)
{
	/* Mapped still, where no file could be made that would have taken its place. */
	int32_t parent = (int32_t)RAW_1(SYS_getppid, 0), pid = (int32_t)raw_getpid();
	if (pid > 0 && live.made && live.region->pid == parent)
		untraced_starts(make_note(path, PROGRAM_NO_PLACE), pid, parent);
}

void untraced_undone(struct untraced *note, struct untraced_process *process)
{
	if (note)
		__atomic_fetch_sub(&note->times, 1, __ATOMIC_RELAXED);
	if (process)
		__atomic_store_n(&process->executed, 0, __ATOMIC_RELEASE);
}
