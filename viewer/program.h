/*
 * program.h - finds the program that a command names and says whether it can be traced.
 */
#ifndef VIEWER_PROGRAM_H
#define VIEWER_PROGRAM_H

#include "arena.h"

/* The path that execvp would run; NULL with EXIT_NOT_FOUND or EXIT_NOT_EXECUTABLE in code. */
char *program_find(struct arena *arena, const char *name, int *code);

/* Why libcopytrace.so can't be loaded into the program, or NULL where it can. */
const char *program_refusal(struct arena *arena, const char *path);

#endif
