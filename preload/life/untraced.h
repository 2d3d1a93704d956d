/*
 * untraced.h - programs that are about to be executed and can't be traced: the record says so.
 */
#ifndef LIFE_UNTRACED_H
#define LIFE_UNTRACED_H

#include "shared/region.h"

/*
 * Each looks at the file that is to be executed with this environment, and
 * makes a note in the record where it can't be traced. They may run in a vfork
 * child, whose parent's record then has the note. Return the note, for
 * untraced_undone(), or NULL.
 */
struct untraced *untraced_program(int directory, const char *path, char *const envp[]);
struct untraced *untraced_command(const char *file, char *const envp[]); /* found as execvp does */
struct untraced *untraced_file(int fd, char *const envp[]);

/* Notes the process that is about to be such a program; NULL where that found no room. */
struct untraced_process *untraced_starts(const struct untraced *note, int32_t pid, int32_t ppid);

/* In a forked child for whose record there is no room: notes it in that of its parent. */
void untraced_forked(const char *path);

/* It wasn't executed after all. */
void untraced_undone(struct untraced *note, struct untraced_process *process);

#endif
