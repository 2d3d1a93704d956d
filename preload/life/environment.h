/*
 * environment.h - what a new program must find in its environment to be traced too.
 *
 * A program may start another with an environment of its own making, or with
 * none. LD_PRELOAD and the variables of copytrace are put back into it.
 */
#ifndef LIFE_ENVIRONMENT_H
#define LIFE_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What an exec tells the new image: PID:NUMBER:RCHAR:MINOR:MAJOR:REGION, the
 * image's number, what the kernel had counted for the pid at the exec, and the
 * live region of the image before, which has its trace by now.
 */
#define IMAGE_VARIABLE "COPYTRACE_IMAGE"

/* Keeps a copy of what we were started with. */
void environment_keep(char **environment);

/* Whether a process that is traced too has executed us: it has said what is to be said once. */
bool environment_of_traced(void);

/* What was kept of the variables of copytrace, ended by NULL. */
char **environment_kept(void);

/*
 * Whether a program with this environment will be traced, once it has been
 * through environment_fill(): not where we are here by other means than
 * LD_PRELOAD, and don't know by which name to put us there.
 */
bool environment_can_trace(char *const envp[]);

/* Whether what LD_PRELOAD will name can be read: not behind chroot, nor by every user. */
bool environment_reaches(void);

/* Whether it may be looked at: pointers of the program's may be anything, and the kernel refuses
 * those. */
bool environment_is_readable(char *const envp[]);

/* By the kernel, for a pid whatever it executes. */
struct counted {
	uint64_t rchar, minor_faults, major_faults;
};

struct next_image {
	uint32_t number;
	struct counted counted;
	const char *region; /* that the new image is to remove, or "" */
};

/*
 * How many bytes environment_fill() needs for a copy of envp that has all that
 * tracing needs; allocate them on the stack, for this may be a vfork child.
 */
size_t environment_bytes(char *const envp[], const struct next_image *image);

/* Makes the copy. image is NULL for a process that isn't there yet. */
char **environment_fill(void *room, char *const envp[], const struct next_image *image);

/*
 * Takes IMAGE_VARIABLE out of the environment, where the program would see it;
 * returns the number that it gives to this pid, or 0, and sets what else it
 * tells: zeros and "" where it is of another pid.
 */
uint32_t environment_take_image(char **environment, struct counted *counted, const char **region);

#endif
