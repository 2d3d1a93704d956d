/*
 * loader.c - what of the bytes that the kernel had counted before our constructor is the loader's.
 *
 * execve reads the program, and counts that for the process that it makes: the
 * first bytes of the file, for a script those of its interpreter too
 * (fs/exec.c, fs/binfmt_script.c); the program headers, the path of the loader,
 * the loader's header and its program headers (fs/binfmt_elf.c).
 */
#include "life/loader.h"

#include "abi/raw.h"
#include "life/readings.h"
#include "shared/copies.h"
#include "shared/program_file.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#define EXEC_READS	 256 /* BINPRM_BUF_SIZE, linux/binfmts.h */
#define SCRIPTS_DEEP	 5   /* fs/exec.c: one more is ELOOP */
#define LIBRARY_READS	 832 /* struct filebuf of glibc's elf/dl-load.c */
#define HEADERS_BYTES(n) ((uint64_t)(n) * sizeof(ElfW(Phdr)))

static bool is_same_file(const char *a, const char *b)
{
	struct stat one, other;
	return RAW_4(SYS_newfstatat, AT_FDCWD, a, &one, 0) == 0 &&
	       RAW_4(SYS_newfstatat, AT_FDCWD, b, &other, 0) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

/* What was read of scripts, each of which names the next, until the program that runs. */
static uint64_t scripts_bytes(const char *executable)
{
	/* A loader that was run by its own name has put the program's there. */
	const char *path = getauxval(AT_BASE) ? (const char *)getauxval(AT_EXECFN) : NULL;
	char start[EXEC_READS], interpreter[EXEC_READS];
	uint64_t bytes = 0;

	for (int depth = 0; path && depth < SCRIPTS_DEEP; depth++) {
		/* What can't be looked at now has been removed: rather a program than a script. */
		if (strcmp(path, executable) == 0 || is_same_file(path, "/proc/self/exe"))
			break;
		long n = raw_slurp(path, start, sizeof(start));
		if (n <= 0)
			break;
		bytes += (uint64_t)n;
		if (!program_script(start, (size_t)n, interpreter, sizeof(interpreter)))
			break; /* binfmt_misc: its interpreter is the program */
		path = interpreter;
	}
	return bytes;
}

/* What was read of the program and of the loader that it names. */
static uint64_t program_bytes(void)
{
	const ElfW(Ehdr) *loader = (const void *)getauxval(AT_BASE);
	const ElfW(Phdr) *headers = (const void *)getauxval(AT_PHDR);
	size_t count = getauxval(AT_PHNUM);

	/* The loader itself was run, and has put the program's headers in place of its own. */
	if (!loader) {
		loader = (const void *)_r_debug.r_ldbase;
		return EXEC_READS + (loader ? HEADERS_BYTES(loader->e_phnum) : 0);
	}
	uint64_t bytes = EXEC_READS + HEADERS_BYTES(count);
	for (size_t i = 0; headers && i < count; i++)
		if (headers[i].p_type == PT_INTERP)
			bytes += headers[i].p_filesz;
	return bytes + sizeof(*loader) + HEADERS_BYTES(loader->e_phnum);
}

void loader_account(struct region *region, const struct io_counters *first, uint64_t before_exec,
		    const char *executable)
{
	unsigned own_libraries = &copytrace_copies ? 2 : 1;
	uint64_t known = before_exec + scripts_bytes(executable) + program_bytes() +
			 own_libraries * LIBRARY_READS;
	region->loader_known = before_exec != RCHAR_UNREAD && first->known && first->rchar >= known;
	region->loader_bytes = region->loader_known ? first->rchar - known : 0;
}
