/*
 * environment.h - what a new program must find in its environment to be traced too.
 *
 * A program may start another with an environment of its own making, or with
 * none. LD_PRELOAD and the variables of copytrace are put back into it.
 */
#ifndef LIFE_ENVIRONMENT_H
#define LIFE_ENVIRONMENT_H

#include <stddef.h>
#include <stdint.h>

/*
 * What an exec tells the new image: PID:NUMBER:REGION, the image's number and
 * the live region of the one before, which has its trace by now.
 */
#define IMAGE_VARIABLE "COPYTRACE_IMAGE"

/* Keeps a copy of what we were started with. */
void environment_keep(char **environment);

/* What was kept of the variables of copytrace, ended by NULL. */
char **environment_kept(void);

/*
 * How many bytes environment_fill() needs for a copy of envp that has all that
 * tracing needs; allocate them on the stack, for this may be a vfork child.
 */
size_t environment_bytes(char *const envp[], const char *region);

/*
 * Makes the copy. image is the next image's number, or 0 for a new process;
 * region is what the next image is to remove, or "".
 */
char **environment_fill(void *room, char *const envp[], uint32_t image, const char *region);

/*
 * Takes IMAGE_VARIABLE out of the environment, where the program would see it;
 * returns the number that it gives to this pid, or 0. *region points to the
 * path in it, or to "".
 */
uint32_t environment_take_image(char **environment, const char **region);

#endif
