/*
 * names.h - where the trace goes, and the live region until then.
 */
#ifndef LIFE_NAMES_H
#define LIFE_NAMES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names {
	char directory[PATH_MAX];
	size_t directory_bytes;
	char trace[PATH_MAX]; /* the JSON */
	char live[PATH_MAX];  /* beside it: the region, or a link to it */
	char region[64];      /* where the link leads; empty where there is none */
	uint64_t root_device, root_inode;
};

/* Finds out the directory, once: the program may change its own later. Returns 0 or -errno. */
int names_init(struct names *names);

/*
 * Whether they mean the same places still: not in another root directory (chroot, pivot_root).
 * Returns 0 or -errno.
 */
int names_lead_there(const struct names *names);

/*
 * Writes the names of attempt n, counted from 0: the pattern with its %p, %e
 * and %n filled in. Returns false where they are too long.
 */
bool names_expand(struct names *names, int pid, const char *executable, unsigned attempt);

/* After so many names that were taken it is given up. */
#define ATTEMPTS 10000u

#endif
