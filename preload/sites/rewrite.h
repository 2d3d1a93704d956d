/*
 * rewrite.h - makes libc's own system calls come by us, by rewriting them in memory.
 */
#ifndef SITES_REWRITE_H
#define SITES_REWRITE_H

#include "shared/region.h"

#include <stdbool.h>

struct rewriting {
	enum syscall_layer_state state;
	uint32_t found, rewritten; /* sites that move bytes */
	bool exits;		   /* the end of the process comes by us too */
	bool executes;		   /* and so does every exec */
	bool acts;		   /* and what is to be done with each signal */
};

/*
 * Rewrites the syscall instructions of the C library and the loader that make a
 * wanted system call, or all of them. Once; the process keeps running whatever
 * comes of it. Not async-signal-safe. Other threads may be running: then what
 * can't be replaced in one store is left alone.
 */
struct rewriting rewrite_sites(bool all);

#endif
