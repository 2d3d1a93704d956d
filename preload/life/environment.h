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

/* The number of the image that an exec makes, for the new image to read: PID:NUMBER. */
#define IMAGE_VARIABLE "COPYTRACE_IMAGE"

/* Keeps a copy of what we were started with. */
void environment_keep(char **environment);

/*
 * How many bytes environment_fill() needs for a copy of envp that has all that
 * tracing needs; allocate them on the stack, for this may be a vfork child.
 */
size_t environment_bytes(char *const envp[]);

/* Makes the copy. image is the next image's number, or 0 for a new process. */
char **environment_fill(void *room, char *const envp[], uint32_t image);

/*
 * Takes IMAGE_VARIABLE out of the environment, where the program would see it;
 * returns the number that it gives to this pid, or 0.
 */
uint32_t environment_take_image(char **environment);

#endif
