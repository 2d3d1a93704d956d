/*
 * program.c - finds the program that a command names and says whether it can be traced.
 */
#include "program.h"

#include "command.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define SCRIPTS_DEEP 4 /* the kernel gives up after as many */

#if defined(__x86_64__)
#define OUR_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OUR_MACHINE EM_AARCH64
#else
#error "which ELF machine is this?"
#endif

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

/* The loader drops LD_PRELOAD from programs that gain rights by being run. */
static const char *privilege(const char *path)
{
	struct stat status;

	if (stat(path, &status) || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		return NULL;
	if (status.st_mode & S_ISUID && status.st_uid != getuid())
		return "is setuid, and such programs ignore LD_PRELOAD";
	if (status.st_mode & S_ISGID && status.st_mode & S_IXGRP && status.st_gid != getgid())
		return "is setgid, and such programs ignore LD_PRELOAD";
	if (getuid() && getxattr(path, "security.capability", NULL, 0) > 0)
		return "has file capabilities, and such programs ignore LD_PRELOAD";
	return NULL;
}

/* Looks for PT_INTERP: without it no loader runs, so nothing is preloaded. */
static const char *elf_refusal(int fd, const Elf64_Ehdr *header)
{
	char loader[256] = "";

	if (header->e_ident[EI_CLASS] != ELFCLASS64)
		return "is a 32-bit program, and libcopytrace.so is for 64-bit ones";
	if (header->e_machine != OUR_MACHINE)
		return "is for another kind of processor";
	for (int i = 0; i < header->e_phnum; i++) {
		Elf64_Phdr segment;
		off_t at = (off_t)header->e_phoff + i * (off_t)sizeof(segment);
		if (pread(fd, &segment, sizeof(segment), at) != sizeof(segment))
			break;
		if (segment.p_type != PT_INTERP)
			continue;
		ssize_t n = pread(fd, loader, sizeof(loader) - 1, (off_t)segment.p_offset);
		if (n > 0 && strstr(loader, "/ld-musl"))
			return "is linked with musl, and libcopytrace.so with glibc";
		return NULL;
	}
	return "is linked statically, so nothing can be preloaded into it";
}

/* The interpreter of a script that starts with #!, or NULL. */
static char *interpreter(struct arena *arena, const char *start, size_t n)
{
	if (n < 3 || memcmp(start, "#!", 2))
		return NULL;
	const char *from = start + 2, *end = start + n;
	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	const char *to = from;
	while (to < end && !strchr(" \t\n", *to))
		to++;
	return to > from ? arena_copy(arena, from, to - from) : NULL;
}

const char *program_refusal(struct arena *arena, const char *path)
{
	for (int depth = 0; depth < SCRIPTS_DEEP; depth++) {
		union {
			Elf64_Ehdr elf;
			char text[256];
		} start = {0};
		const char *refusal = NULL;

		/* What can be executed need not be readable; then the kernel decides. */
		int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		ssize_t n = fd < 0 ? 0 : read(fd, &start, sizeof(start));
		bool elf = n >= (ssize_t)sizeof(start.elf) && !memcmp(start.text, ELFMAG, SELFMAG);
		if (elf && !(refusal = privilege(path)))
			refusal = elf_refusal(fd, &start.elf);
		if (fd >= 0)
			close(fd);
		if (refusal)
			return arena_print(arena, "%s %s", path, refusal);
		path = elf || n <= 0 ? NULL : interpreter(arena, start.text, n);
		if (!path)
			return NULL;
	}
	return NULL;
}
