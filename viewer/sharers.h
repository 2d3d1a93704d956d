/*
 * sharers.h - the processes of a trace as memories that forks made of one another.
 */
#ifndef VIEWER_SHARERS_H
#define VIEWER_SHARERS_H

#include "model.h"

#define NO_SHARER SIZE_MAX

/* A moment that is known to lie between two. */
struct between {
	uint64_t from, to;
};

/* The memory of a process, from the fork or exec that it began with to its exit or exec. */
struct sharer {
	struct process *process; /* NULL: a child that left no record */
	size_t parent;		 /* or NO_SHARER */
	uint64_t joined_ns;	 /* when that fork was made; 0 where it began with an exec */
	struct between end;
};

struct maker {
	uint64_t made_ns;
	size_t sharer;
	const struct fork_row *fork;
};

struct sharers {
	size_t count, makers;
	struct sharer *items; /* in the order of joining, so parents before their children */
	struct maker *maker;  /* of each fork, in the order of time */
};

struct sharers sharers_of(struct trace *trace, struct arena *arena);

/* Who made the fork of that moment, or NULL. */
const struct maker *sharers_find_maker(const struct sharers *sharers, uint64_t made_ns);

/* Who joined by it, or NULL. */
const struct sharer *sharers_find_child(const struct sharers *sharers, uint64_t made_ns);

#endif
