/*
 * program.c - finds the program that a command names and says whether it can be traced.
 */
#include "program.h"

#include "command.h"
#include "shared/program_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MOST 6 /* five scripts and a program; one script more is ELOOP: fs/exec.c */

static bool is_program(const char *path, int *code)
{
	struct stat status;

	if (stat(path, &status)) {
		if (errno != ENOENT && errno != ENOTDIR)
			*code = EXIT_NOT_EXECUTABLE;
		return false;
	}
	if (S_ISREG(status.st_mode) && !access(path, X_OK))
		return true;
	*code = EXIT_NOT_EXECUTABLE;
	return false;
}

char *program_find(struct arena *arena, const char *name, int *code)
{
	const char *path = getenv("PATH");

	*code = EXIT_NOT_FOUND;
	if (strchr(name, '/'))
		return is_program(name, code) ? arena_string(arena, name) : NULL;
	if (!path)
		path = "/bin:/usr/bin";
	for (; *name; path += 1) {
		size_t n = strcspn(path, ":");
		char *candidate =
		    arena_print(arena, "%.*s%s%s", (int)n, path, n ? "/" : "./", name);
		if (is_program(candidate, code))
			return candidate;
		path += n;
		if (!*path)
			break;
	}
	return NULL;
}

struct refusal program_refusal(struct arena *arena, const char *path)
{
	char interpreter[SCRIPT_BYTES];

	for (int depth = 0; depth < FILES_MOST; depth++) {
		uint64_t unused = 0;
		enum program_refusal why =
		    program_file_refusal(AT_FDCWD, path, interpreter, &unused);
		if (why)
			return (struct refusal){path, program_refusal_words(why)};
		if (!interpreter[0])
			break;
		path = arena_string(arena, interpreter);
	}
	return (struct refusal){NULL, NULL};
}
