/*
 * redaction.h - whether this process's trace names its files, and the salt where it doesn't.
 */
#ifndef REGION_REDACTION_H
#define REGION_REDACTION_H

#include "shared/region.h"

/* The salt is the recorded tree's, from the environment, or one for this process and its forks. */
void redaction_start(struct region *region);

#endif
