/*
 * read_region.c - reads the live region of a process, running or killed, into the model.
 *
 * The region becomes JSON by the code that a clean exit uses, and is then read
 * like any other trace.
 */
#include "living.h"
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

static bool is_running(const struct region *region)
{
	return region->ending == ENDING_NONE &&
	       process_lives(region->pid, region->start_boottime_ns);
}

/* A trace has less than its region, whose every record is wider than what it becomes. */
#define TEXT_LEAST  (16ul << 20)
#define TEXT_GROWTH 8

struct text_out {
	FILE *memory;
	size_t left;
};

static bool keep_bytes(void *context, const char *bytes, size_t n)
{
	struct text_out *text = context;
	if (n > text->left)
		return false;
	text->left -= n;
	if (fwrite(bytes, 1, n, text->memory) != n)
		die("out of memory");
	return true;
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
	struct text_out kept = {memory, TEXT_LEAST + TEXT_GROWTH * n};
	emit_init(&out, keep_bytes, &kept);
	if (region_write_json(&view, fate, &out))
		die("out of memory");
	bool fine = emit_finish(&out);
	if (fclose(memory))
		die("out of memory");
	if (!fine) {
		free(text);
		return object_to(why,
				 "a damaged live region: its rows would take more than %zu bytes",
				 TEXT_LEAST + TEXT_GROWTH * n);
	}

	struct complaint inner;
	fine = trace_read_json_text(trace, text, text_bytes, &inner);
	free(text);
	return fine ? true : object_to(why, "a damaged live region: %s", inner.text);
}

/* All n bytes from the start of the file, or false with the reason. */
static bool read_exactly(int fd, void *to, size_t n, struct complaint *why)
{
	for (size_t done = 0; done < n;) {
		ssize_t some = pread(fd, (char *)to + done, n - done, (off_t)done);
		if (some <= 0)
			return object_to(why,
					 "a live region that can't be read at byte offset %zu: %s",
					 done, some ? strerror(errno) : "it ends there");
		done += some;
	}
	return true;
}

bool trace_read_region_head(int fd, struct region *head, struct complaint *why)
{
	struct region_view view = {head, sizeof(*head)};

	if (!read_exactly(fd, head, sizeof(*head), why))
		return false;
	const char *complaint = region_complaint(&view);
	return complaint ? object_to(why, "%s", complaint) : true;
}

/* Only of a layout that is ours does `used` mean anything; 0 with the reason. */
static size_t handed_out(int fd, struct complaint *why)
{
	struct region head;
	struct stat status;

	if (!trace_read_region_head(fd, &head, why))
		return 0;
	if (fstat(fd, &status) || head.used > (uint64_t)status.st_size ||
	    head.used > REGION_BYTES || head.used < sizeof(head)) {
		object_to(
		    why, "a live region that claims %ju bytes (byte offset %zu) in a file of %jd",
		    (uintmax_t)head.used, offsetof(struct region, used), (intmax_t)status.st_size);
		return 0;
	}
	return head.used;
}

/*
 * Copies what has been handed out. A running process may hand out more
 * meanwhile, and what is copied may then point behind it: so until nothing new
 * came, but not for ever.
 */
static struct region *copy_region(int fd, size_t *bytes, struct complaint *why)
{
	struct region *copy = NULL;
	size_t have = 0;

	for (int tries = 0; tries < 8; tries++) {
		if (!(have = handed_out(fd, why)))
			break;
		free(copy);
		*bytes = have;
		copy = aligned_alloc(REGION_ALIGNMENT, (have + REGION_ALIGNMENT - 1) /
							   REGION_ALIGNMENT * REGION_ALIGNMENT);
		if (!copy)
			die("out of memory");
		if (!read_exactly(fd, copy, have, why)) {
			have = 0;
			break;
		}
		if (copy->used <= have)
			return copy;
	}
	if (have)
		return copy;
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
