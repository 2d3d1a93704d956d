/*
 * read_region.c - reads the live region of a process, running or killed, into the model.
 *
 * The region becomes JSON by the code that a clean exit uses, and is then read
 * like any other trace.
 */
#include "shared/region_json.h"
#include "trace_io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool is_region(int fd)
{
	char magic[sizeof(((struct region *)0)->magic)];
	return pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	       !memcmp(magic, REGION_MAGIC, sizeof(magic));
}

/* Field 22 of /proc/PID/stat; 0 where there is no such process. The name in field 2 may hold
 * anything. */
static uint64_t start_time_of(int pid)
{
	char path[40], text[1024];
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	size_t n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = 0;
	const char *at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

static bool is_running(const struct region *region)
{
	return region->ending == ENDING_NONE && region->pid > 0 && region->starttime &&
	       start_time_of(region->pid) == region->starttime;
}

static bool keep_bytes(void *context, const char *bytes, size_t n)
{
	return fwrite(bytes, 1, n, context) == n;
}

bool trace_read_region_bytes(struct trace *trace, const void *bytes, size_t n,
			     const struct region_fate *fate, struct complaint *why)
{
	struct region_view view = {bytes, n};
	struct json_out out;
	char *text = NULL;
	size_t text_bytes;

	*trace = (struct trace){0};
	const char *complaint = region_complaint(&view);
	if (complaint)
		return object_to(why, "%s", complaint);
	FILE *memory = open_memstream(&text, &text_bytes);
	if (!memory)
		die("out of memory");
	json_init(&out, keep_bytes, memory);
	bool fine = region_write_json(&view, fate, &out) == 0 && json_finish(&out);
	if (fclose(memory) || !fine)
		die("out of memory");

	struct complaint inner;
	fine = trace_read_json_text(trace, text, text_bytes, &inner);
	free(text);
	return fine ? true : object_to(why, "a damaged live region: %s", inner.text);
}

/*
 * Copies what has been handed out. A running process may hand out more
 * meanwhile, and what is copied may then point behind it: so until nothing new
 * came, but not for ever.
 */
static void *copy_region(int fd, size_t *bytes, struct complaint *why)
{
	struct stat status;
	struct region *copy = NULL;
	size_t have = sizeof(*copy);

	if (fstat(fd, &status)) {
		object_to(why, "can't be read: %s", strerror(errno));
		return NULL;
	}
	for (int tries = 0; tries < 8; tries++) {
		if (have > (uint64_t)status.st_size) {
			object_to(
			    why, "a live region of %zu bytes, but the file ends at byte offset %jd",
			    have, (intmax_t)status.st_size);
			break;
		}
		if (have > REGION_BYTES) {
			object_to(why,
				  "a live region that claims %zu bytes, more than there can be",
				  have);
			break;
		}
		free(copy);
		copy = aligned_alloc(REGION_ALIGNMENT, (have + REGION_ALIGNMENT - 1) /
							   REGION_ALIGNMENT * REGION_ALIGNMENT);
		if (!copy)
			die("out of memory");
		for (size_t done = 0; done < have;) {
			ssize_t n = pread(fd, (char *)copy + done, have - done, done);
			if (n <= 0) {
				object_to(why, "can't be read at byte offset %zu: %s", done,
					  n ? strerror(errno) : "it ends there");
				free(copy);
				return NULL;
			}
			done += n;
		}
		*bytes = have;
		if (copy->used <= have)
			return copy;
		/* Of a layout that isn't ours, `used` may be anything. */
		struct region_view view = {copy, have};
		const char *complaint = region_complaint(&view);
		if (complaint) {
			object_to(why, "%s", complaint);
			break;
		}
		have = copy->used;
		if (tries == 7)
			return copy;
	}
	free(copy);
	return NULL;
}

bool trace_read_region(struct trace *trace, int fd, const struct region_fate *fate,
		       struct complaint *why)
{
	struct region_fate found = {0};
	size_t bytes;

	*trace = (struct trace){0};
	struct region *copy = copy_region(fd, &bytes, why);
	if (!copy)
		return false;
	if (!fate) {
		found.running = is_running(copy);
		fate = &found;
	}
	bool fine = trace_read_region_bytes(trace, copy, bytes, fate, why);
	free(copy);
	return fine;
}
