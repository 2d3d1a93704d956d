/*
 * program_file.c - whether libcopytrace.so can be loaded into a program, by what stands in its
 * file.
 */
#include "shared/program_file.h"

#include "abi/raw.h"

#include <elf.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define HEAD_BYTES 832 /* the ELF header and, as a rule, all program headers */

static const char *const words[PROGRAM_REFUSALS] = {
#define REFUSAL(name, text) [PROGRAM_##name] = text,
    REFUSALS
#undef REFUSAL
};

const char *program_refusal_words(enum program_refusal refusal)
{
	return refusal < PROGRAM_REFUSALS ? words[refusal] : NULL;
}

/* The loader drops LD_PRELOAD from programs that gain rights by being run. */
static enum program_refusal privilege(int fd)
{
	static const char capability[] = "security.capability";
	struct stat status;

	if (RAW_2(SYS_fstat, fd, &status) < 0 || RAW_5(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0))
		return PROGRAM_FINE;
	if (status.st_mode & S_ISUID && status.st_uid != (uid_t)RAW_1(SYS_getuid, 0))
		return PROGRAM_SETUID;
	if (status.st_mode & S_ISGID && status.st_mode & S_IXGRP &&
	    status.st_gid != (gid_t)RAW_1(SYS_getgid, 0))
		return PROGRAM_SETGID;
	if (RAW_1(SYS_getuid, 0) && RAW_4(SYS_fgetxattr, fd, capability, NULL, 0) > 0)
		return PROGRAM_CAPABLE;
	return PROGRAM_FINE;
}

struct head {
	union {
		Elf64_Ehdr elf;
		char text[HEAD_BYTES];
	};
	size_t bytes;
	uint64_t *read_bytes; /* in all */
};

/* From what was read already, or from the file. */
static bool get(int fd, const struct head *head, void *to, size_t n, uint64_t at)
{
	if (at <= head->bytes && n <= head->bytes - at) {
		memcpy(to, head->text + at, n);
		return true;
	}
	long got = RAW_4(SYS_pread64, fd, to, n, at);
	*head->read_bytes += got > 0 ? (uint64_t)got : 0;
	return got == (long)n;
}

static bool names_musl(int fd, const struct head *head, const Elf64_Phdr *segment)
{
	char loader[256] = "";
	size_t n = segment->p_filesz < sizeof(loader) ? segment->p_filesz : sizeof(loader) - 1;
	return get(fd, head, loader, n, segment->p_offset) && strstr(loader, "/ld-musl");
}

/* A loader that is run by its own name preloads too. Unlike a static PIE it is a library by name.
 */
static bool has_name(int fd, const struct head *head, const Elf64_Phdr *segment)
{
	Elf64_Dyn entry;
	for (uint64_t at = 0; at + sizeof(entry) <= segment->p_filesz; at += sizeof(entry)) {
		if (!get(fd, head, &entry, sizeof(entry), segment->p_offset + at) ||
		    entry.d_tag == DT_NULL)
			return false;
		if (entry.d_tag == DT_SONAME)
			return true;
	}
	return false;
}

/* Looks for PT_INTERP: without it no loader runs, so nothing is preloaded. */
static enum program_refusal elf_refusal(int fd, const struct head *head)
{
	bool loader = false;

	if (head->elf.e_ident[EI_CLASS] != ELFCLASS64)
		return PROGRAM_BITS;
	if (head->elf.e_machine != EM_X86_64)
		return PROGRAM_MACHINE;
	for (int i = 0; i < head->elf.e_phnum; i++) {
		Elf64_Phdr segment;
		if (!get(fd, head, &segment, sizeof(segment),
			 head->elf.e_phoff + (uint64_t)i * sizeof(segment)))
			break;
		if (segment.p_type == PT_INTERP)
			return names_musl(fd, head, &segment) ? PROGRAM_MUSL : PROGRAM_FINE;
		if (segment.p_type == PT_DYNAMIC)
			loader = has_name(fd, head, &segment);
	}
	return loader ? PROGRAM_FINE : PROGRAM_STATIC;
}

bool program_script(const char *start, size_t n, char *interpreter, size_t room)
{
	if (n > SCRIPT_BYTES)
		n = SCRIPT_BYTES;
	if (n < 3 || start[0] != '#' || start[1] != '!')
		return false;
	const char *from = start + 2, *end = start + n;
	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	const char *to = from;
	while (to < end && *to && *to != ' ' && *to != '\t' && *to != '\n')
		to++;
	if (to == from || (size_t)(to - from) >= room)
		return false;
	memcpy(interpreter, from, (size_t)(to - from));
	interpreter[to - from] = '\0';
	return true;
}

enum program_refusal program_file_refusal(int directory, const char *path,
					  char interpreter[SCRIPT_BYTES], uint64_t *read_bytes)
{
	struct head head = {.read_bytes = read_bytes};
	enum program_refusal refusal = PROGRAM_FINE;
	interpreter[0] = '\0';

	/* Not a FIFO that nobody writes, nor a terminal. What can be executed need not be
	 * readable; then the kernel decides. */
	long fd =
	    RAW_4(SYS_openat, directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0);
	if (fd < 0)
		return PROGRAM_FINE;
	long n = RAW_4(SYS_pread64, fd, head.text, sizeof(head.text), 0);
	head.bytes = n > 0 ? (size_t)n : 0;
	*read_bytes += head.bytes;
	if (head.bytes >= sizeof(head.elf) && memcmp(head.text, ELFMAG, SELFMAG) == 0) {
		refusal = privilege((int)fd);
		if (!refusal)
			refusal = elf_refusal((int)fd, &head);
	} else {
		program_script(head.text, head.bytes, interpreter, SCRIPT_BYTES);
	}
	raw_close((int)fd);
	return refusal;
}
