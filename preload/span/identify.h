/*
 * identify.h - asks the kernel what a descriptor refers to.
 */
#ifndef SPAN_IDENTIFY_H
#define SPAN_IDENTIFY_H

#include "shared/table.h"

#include <stddef.h>

/*
 * Returns the kind of object behind fd and writes its name, without a
 * terminating zero: a path, "pipe:[inode]", "tcp 127.0.0.1:80". A socket that
 * was accepted is named by its own address, any other by its peer's where it
 * has one. Makes four to six system calls, none of which reads, waits or
 * changes anything.
 */
enum kind identify(int fd, bool accepted, char *name, size_t room, size_t *bytes);

/* Writes the name of an object that has a number; returns its length. */
size_t identify_id(enum kind kind, long id, char *name, size_t room);

#endif
