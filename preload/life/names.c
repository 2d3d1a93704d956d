/*
 * names.c - where the trace goes, and the live region until then.
 */
#include "life/names.h"

#include "abi/raw.h"
#include "region/options.h"

#include <string.h>
#include <sys/stat.h>

struct writer {
	char *at;
	size_t room, used;
};

static void put(struct writer *out, const char *text, size_t n)
{
	if (out->used + n < out->room)
		memcpy(out->at + out->used, text, n);
	out->used += n;
}

static void put_number(struct writer *out, unsigned long n)
{
	char digits[24];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	put(out, digits + at, sizeof(digits) - at);
}

/* Ends the text; false where it didn't fit. */
static bool finish(struct writer *out)
{
	if (out->used >= out->room)
		return false;
	out->at[out->used] = '\0';
	return true;
}

int names_init(struct names *names)
{
	size_t used = 0;
	bool relative = !options.directory || options.directory[0] != '/';
	struct stat root;
	if (RAW_4(SYS_newfstatat, AT_FDCWD, "/", &root, 0) == 0) {
		names->root_device = root.st_dev;
		names->root_inode = root.st_ino;
	}
	if (relative) {
		long n = RAW_2(SYS_getcwd, names->directory, sizeof(names->directory));
		if (n < 0)
			return (int)n;
		used = (size_t)n - 1; /* the kernel counts the terminating zero */
	}
	if (options.directory) {
		size_t n = strlen(options.directory);
		if (used + n + 2 > sizeof(names->directory))
			return -ENAMETOOLONG;
		if (relative)
			names->directory[used++] = '/';
		memcpy(names->directory + used, options.directory, n);
		used += n;
	}
	names->directory[used] = '\0';
	names->directory_bytes = used;
	return 0;
}

int names_lead_there(const struct names *names)
{
	struct stat root;
	long error = RAW_4(SYS_newfstatat, AT_FDCWD, "/", &root, 0);
	if (error)
		return (int)error;
	return root.st_dev == names->root_device && root.st_ino == names->root_inode ? 0 : -ENOENT;
}

/* A file name: no slash, and nothing that a terminal would act on. */
static void put_executable(struct writer *out, const char *executable)
{
	const char *slash = strrchr(executable, '/');
	for (const char *c = slash ? slash + 1 : executable; *c; c++)
		put(out, (unsigned char)*c < ' ' || *c == 0x7f ? "_" : c, 1);
}

static const char json_suffix[] = ".json";

bool names_expand(struct names *names, int pid, const char *executable, unsigned attempt)
{
	const char *pattern = options.out ? options.out : "copytrace.%e.%p.json";
	struct writer out = {names->trace, sizeof(names->trace), 0};
	bool numbered = false;
	const size_t suffix = sizeof(json_suffix) - 1;

	if (pattern[0] != '/') {
		put(&out, names->directory, names->directory_bytes);
		if (names->directory_bytes > 1) /* not the root */
			put(&out, "/", 1);
	}
	for (const char *c = pattern; *c; c++) {
		if (*c != '%') {
			put(&out, c, 1);
			continue;
		}
		switch (*++c) {
		case 'p':
			put_number(&out, (unsigned)pid);
			break;
		case 'e':
			put_executable(&out, executable);
			break;
		case 'n':
			put_number(&out, attempt + 1);
			numbered = true;
			break;
		case '%':
			put(&out, "%", 1);
			break;
		default: /* stands for itself */
			put(&out, "%", 1);
			c--;
		}
	}
	if (!finish(&out))
		return false;
	bool json = out.used > suffix && strcmp(out.at + out.used - suffix, json_suffix) == 0;
	if (json)
		out.used -= suffix;
	if (!numbered && attempt > 0) {
		put(&out, ".", 1);
		put_number(&out, attempt);
	}
	struct writer live = {names->live, sizeof(names->live), 0};
	put(&live, out.at, out.used < out.room ? out.used : out.room);
	put(&live, ".live", 5);
	if (json)
		put(&out, json_suffix, suffix);
	return finish(&out) && finish(&live);
}
