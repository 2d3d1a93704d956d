/*
 * region_file.h - a live region as a file: itself, or a link to it in /dev/shm.
 */
#ifndef VIEWER_REGION_FILE_H
#define VIEWER_REGION_FILE_H

#include "complain.h"

#include <limits.h>
#include <stdbool.h>

/* Where regions are made whose trace goes to a directory on a disk (preload/life/process.c). */
#define MEMORY_DIRECTORY "/dev/shm"

/* How what a process leaves is named (preload/life/names.c, trace_file.c). */
bool is_region_name(const char *name);	/* *.live */
bool is_trace_name(const char *name);	/* copytrace.*.json */
bool is_partial_name(const char *name); /* *.partial: a trace that is being written */
bool is_region_in_memory(const char *path);

struct region;
struct region_file {
	int fd;
	bool linked;
	char target[PATH_MAX]; /* where the link leads */
};

enum region_found {
	REGION_OPEN,
	REGION_GONE,	/* the link leads nowhere */
	REGION_FOREIGN, /* of another user */
	REGION_BUSY,	/* somebody else recovers it just now */
	REGION_BLANK,	/* its process was killed while it was being made */
	REGION_BAD,	/* and `why` */
};

/*
 * Opens a region in order to remove it later, with a lock, so that nobody else
 * does the same; and reads its head. The path may come from a directory in which
 * others write: it is opened only if it is a regular file of ours, or a link to
 * one that is in memory, where nobody else's names lead to it.
 */
enum region_found region_file_open(struct region_file *file, const char *path, struct region *head,
				   struct complaint *why);
void region_file_close(struct region_file *file);

/* Whether it is being made, or its process was killed meanwhile: the magic is written last. */
bool region_is_blank(int fd);

/* Removes the region, if it is still what was opened, and the link to it. */
void region_file_remove(const struct region_file *file, const char *path);

#endif
