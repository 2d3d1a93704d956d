/*
 * fork.h - keeps parent's and child's records apart.
 */
#ifndef LIFE_FORK_H
#define LIFE_FORK_H

/* From now on every fork through libc, its own included, gives the child a record of its own. */
void fork_watch(void);

#endif
