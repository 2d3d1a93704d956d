/*
 * place.c - makes the file of the live region.
 */
#include "life/place.h"

#include "abi/clock.h"
#include "abi/raw.h"
#include "life/trace_file.h"
#include "region/live.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define MAGIC_TMPFS 0x01021994

static bool in_memory(const char *directory)
{
	struct statfs filesystem;
	return RAW_2(SYS_statfs, directory, &filesystem) == 0 && filesystem.f_type == MAGIC_TMPFS;
}

static bool trace_goes_to_memory(struct names *names)
{
	char *slash = strrchr(names->live, '/');
	*slash = '\0';
	bool memory = in_memory(slash > names->live ? names->live : "/");
	*slash = '/';
	return memory;
}

/* /dev/shm/copytrace-NUMBER.live: nobody can have guessed the number and taken the name. */
static void name_in_memory(char *name)
{
	uint64_t number = (uint64_t)raw_getpid() << 32 ^ clock_ticks() * 0x9e3779b97f4a7c15;
	const size_t n = strlen(REGION_IN_MEMORY);
	memcpy(name, REGION_IN_MEMORY, n);
	for (int i = 0; i < 16; i++)
		name[n + i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
	memcpy(name + n + 16, ".live", sizeof(".live"));
}

/*
 * A file on a disk would cost milliseconds and be written back while it is
 * counted in, so it is made in memory, with a link beside the place of the
 * trace. The link comes first: whoever is killed in between leaves one that
 * leads nowhere, and no region that nobody finds.
 */
static int make_file(struct names *names, bool linked, int (*make)(const char *path))
{
	names->region[0] = '\0';
	if (!linked)
		return make(names->live);
	name_in_memory(names->region);
	int error = (int)RAW_2(SYS_symlink, names->region, names->live);
	if (error)
		return error;
	error = make(names->region);
	if (error)
		raw_unlink(names->live);
	return error;
}

int place_make(struct names *names, const char *executable)
{
	bool linked = false;
	long pid = raw_getpid();
	int error = pid < 0 ? (int)pid : names_lead_there(names);
	error = error ? error : -EEXIST;
	for (unsigned attempt = 0; attempt < ATTEMPTS && error == -EEXIST; attempt++) {
		if (!names_expand(names, (int)pid, executable, attempt))
			return -ENAMETOOLONG;
		if (attempt == 0)
			linked = !trace_goes_to_memory(names) && in_memory("/dev/shm");
		/* AT_SYMLINK_NOFOLLOW: a link that leads nowhere takes the name too. */
		struct stat status;
		if (RAW_4(SYS_newfstatat, AT_FDCWD, names->trace, &status, AT_SYMLINK_NOFOLLOW) ==
		    0)
			continue;
		error = make_file(names, linked, live_create);
		if (linked && error && error != -EEXIST) {
			linked = false; /* little of it, or none: as in a container */
			error = make_file(names, linked, live_create);
		}
	}
	return error;
}

int place_renew(struct names *names)
{
	return make_file(names, names->region[0] != '\0', live_renew);
}
