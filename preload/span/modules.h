/*
 * modules.h - which files are loaded where, kept in the region for the sake of the stacks' names.
 */
#ifndef SPAN_MODULES_H
#define SPAN_MODULES_H

/*
 * Brings the region's list up to date where the loader has loaded or unloaded
 * anything since; cheap where it hasn't. Takes the lock of dl_iterate_phdr.
 */
void modules_refresh(void);

/* In a forked child: the region's list is empty again. */
void modules_forget(void);

#endif
