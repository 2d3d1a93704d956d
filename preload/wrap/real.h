/*
 * real.h - the functions behind the wrappers: the next definition in the order of the loader.
 */
#ifndef WRAP_REAL_H
#define WRAP_REAL_H

#include <stdbool.h>

/*
 * Declares real_NAME, a pointer to the next NAME. It starts at a function that
 * looks it up and goes on, so no wrapper asks whether that has been done.
 */
#define REAL(type, name, parameters, arguments)                                                    \
	static type resolve_##name parameters;                                                     \
	static type(*real_##name) parameters = resolve_##name;                                     \
	static type resolve_##name parameters                                                      \
	{                                                                                          \
		real_##name = real_find(#name);                                                    \
		return real_##name arguments;                                                      \
	}

/* The next definition; where there is none, a function that fails with ENOSYS. */
void *real_find(const char *name);

/*
 * Between the two the libraries are looked through once for all: none may be
 * loaded or unloaded.
 */
void real_keep_libraries(void);
void real_release_libraries(void);

/* The library that an address lies in, as its header in memory; NULL where it is the program
 * itself, or none. Takes no lock. */
const void *real_library_of(const void *address);

/* Whether the functions that were found aren't what is run there: in valgrind, which would report a
 * look at what isn't its allocator's to be seen. */
bool real_is_redirected(void);

/* Looks up all of a floor's functions at once, while a look-up can't get in anybody's way. */
void calls_resolve(void);
void variable_resolve(void);
void jumps_resolve(void);
void allocation_resolve(void);

/* The same, in our constructor: those of the libraries behind us have run. */
void allocation_start(void);
void copies_start(void);

#endif
