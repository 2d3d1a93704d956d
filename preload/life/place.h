/*
 * place.h - makes the file of the live region: in memory, or beside where the trace goes.
 */
#ifndef LIFE_PLACE_H
#define LIFE_PLACE_H

#include "life/names.h"

/* Makes it under the first names that are free, and sets them. Returns 0 or -errno. */
int place_make(struct names *names, const char *executable);

/* Goes on in a new file, by the same names, where the region was removed. Returns 0 or -errno. */
int place_renew(struct names *names);

#endif
