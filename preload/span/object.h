/*
 * object.h - what stands behind a descriptor: its kind and its name, found when it is first used.
 */
#ifndef SPAN_OBJECT_H
#define SPAN_OBJECT_H

#include "region/live.h"

#include <stdio.h>

/* A reference to an object: its number in the region, and its kind at hand. */
typedef uint32_t object_ref;
#define OBJECT_REF(index, kind) ((object_ref)(index) | (object_ref)(kind) << 24)
#define OBJECT_INDEX(object)	((object)&0xffffffu)
#define OBJECT_KIND(object)	((enum kind)((object) >> 24))
#define NO_OBJECT		((object_ref)0)

#define DESCRIPTORS_MOST                                                                           \
	(1u << 20) /* Linux's default fs.nr_open; above it nothing is remembered                   \
		    */

bool objects_init(void);
void objects_start(void);  /* makes the two fixed objects of a new region */
void objects_forget(void); /* in a forked child */

/* Memory of the process: what each descriptor refers to; 0 where that must be found out. */
extern object_ref *descriptor_object;

object_ref object_find_out(int fd);

/* The object of a descriptor; makes system calls the first time. Doesn't touch errno. */
static inline object_ref object_of_fd(int fd)
{
	if ((unsigned)fd < DESCRIPTORS_MOST) {
		object_ref object = __atomic_load_n(&descriptor_object[fd], __ATOMIC_RELAXED);
		if (OBJECT_INDEX(object))
			return object;
	}
	return object_find_out(fd);
}

/* The object of a descriptor if it is known already. */
object_ref object_if_known(int fd);

/* fd now refers to something else. */
static inline void object_forget_fd(int fd)
{
	if ((unsigned)fd < DESCRIPTORS_MOST)
		__atomic_store_n(&descriptor_object[fd], NO_OBJECT, __ATOMIC_RELAXED);
}

/* The flags of fd have changed: of a file O_DIRECT may have come or gone. */
void object_flags_changed(int fd);

void object_forget_range(unsigned first, unsigned last);

/* fd was accepted: it is named by its own end, not by a peer that differs with each client. */
void object_accepted(int fd);

/* to is a duplicate of fd. */
void object_duplicate(int fd, int to);

/* An object that has a number and no descriptor: a SysV queue or segment, a process. */
object_ref object_of_id(enum kind kind, long id);

object_ref object_of_stream(FILE *stream);

#endif
