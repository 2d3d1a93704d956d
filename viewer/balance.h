/*
 * balance.h - the ledger of a trace held against the kernel's own figures.
 */
#ifndef VIEWER_BALANCE_H
#define VIEWER_BALANCE_H

#include "model.h"

/* One way, over all records whose figures are known. */
struct balance_side {
	int64_t counted; /* by the kernel, without what it added for children */
	int64_t missing; /* counted and not explained, of each record that has such */
	int64_t surplus; /* explained and not counted, likewise: the two don't cancel out */
	int64_t reaped;	 /* what it added for children */
};

struct balance {
	struct balance_side to_user, from_user;
	int64_t loader;
	size_t records;
	size_t unread;	    /* records without last figures */
	size_t inseparable; /* records whose children are in their figures */
};

struct balance balance_of(const struct trace *trace);

/* Whether this record is among those of which something is missing or too much. */
bool balance_open(const struct process *process);

#endif
