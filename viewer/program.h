/*
 * program.h - finds the program that a command names and says whether it can be traced.
 */
#ifndef VIEWER_PROGRAM_H
#define VIEWER_PROGRAM_H

#include "arena.h"

/* The path that execvp would run; NULL with EXIT_NOT_FOUND or EXIT_NOT_EXECUTABLE in code. */
char *program_find(struct arena *arena, const char *name, int *code);

/* A program into which libcopytrace.so can't be loaded, and why, in words that follow its name. */
struct refusal {
	const char *path, *why; /* NULL where it can */
};

struct refusal program_refusal(struct arena *arena, const char *path);

#endif
