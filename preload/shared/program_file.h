/*
 * program_file.h - whether libcopytrace.so can be loaded into a program, by what stands in its
 * file.
 */
#ifndef SHARED_PROGRAM_FILE_H
#define SHARED_PROGRAM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A path in the first line of a script ends here (BINPRM_BUF_SIZE, linux/binfmts.h). */
#define SCRIPT_BYTES 256

/* Why not: REFUSAL(name, words), where the words follow the program's name. */
#define REFUSALS                                                                                   \
	REFUSAL(STATIC, "is linked statically, so nothing can be preloaded into it")               \
	REFUSAL(SETUID, "is setuid, and such programs ignore LD_PRELOAD")                          \
	REFUSAL(SETGID, "is setgid, and such programs ignore LD_PRELOAD")                          \
	REFUSAL(CAPABLE, "has file capabilities, and such programs ignore LD_PRELOAD")             \
	REFUSAL(BITS, "is a 32-bit program, and libcopytrace.so is for 64-bit ones")               \
	REFUSAL(MACHINE, "is for another kind of processor")                                       \
	REFUSAL(MUSL, "is linked with musl, and libcopytrace.so with glibc")                       \
	REFUSAL(ENVIRONMENT, "was given an environment without LD_PRELOAD, which the tracer, not " \
			     "loaded by it, can't put back")                                       \
	REFUSAL(UNREACHABLE, "was executed where libcopytrace.so can't be read, by another user "  \
			     "or with another root directory")                                     \
	REFUSAL(CONFINED, "was executed under a seccomp filter that may kill it for what the "     \
			  "tracer does")                                                           \
	REFUSAL(NO_PLACE, "was forked where no file can be made for its record")

enum program_refusal {
	PROGRAM_FINE,
#define REFUSAL(name, words) PROGRAM_##name,
	REFUSALS
#undef REFUSAL
	    PROGRAM_REFUSALS
};

/* In words; NULL for PROGRAM_FINE and for what is no refusal. */
const char *program_refusal_words(enum program_refusal refusal);

/*
 * What the file at the path says, which is the kernel's last word where it is a
 * script: then interpreter holds what to ask next, and else is empty. Makes
 * system calls only, so it may run in a vfork child. What can't be read is fine.
 * read_bytes is raised by what was.
 */
enum program_refusal program_file_refusal(int directory, const char *path,
					  char interpreter[SCRIPT_BYTES], uint64_t *read_bytes);

/* The interpreter of a script that starts with #!; false where it is none. */
bool program_script(const char *start, size_t n, char *interpreter, size_t room);

#endif
