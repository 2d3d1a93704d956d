/*
 * loader.h - what of the bytes that the kernel had counted before our constructor is the loader's.
 */
#ifndef LIFE_LOADER_H
#define LIFE_LOADER_H

#include "shared/region.h"

/*
 * Sets loader_bytes: what was counted at the first reading, less what the pid
 * had counted before its exec, less what the exec read itself, less what the
 * loader read of our own library.
 */
void loader_account(struct region *region, const struct io_counters *first, uint64_t before_exec,
		    const char *executable);

#endif
