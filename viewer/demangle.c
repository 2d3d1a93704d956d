/*
 * demangle.c - the names of C++ functions as they stand in the source.
 *
 * The C++ library has the demangler and is on every machine that runs C++
 * programs; the viewer doesn't need it otherwise, so it is loaded on demand.
 */
#include "demangle.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST 4096 /* demangling is exponential in the worst case */

static char *(*cxa_demangle)(const char *, char *, size_t *, int *);

static void load(void)
{
	static int tried;

	if (tried++)
		return;
	void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
	if (library)
		*(void **)&cxa_demangle = dlsym(library, "__cxa_demangle");
}

const char *demangle(struct arena *arena, const char *name)
{
	if (strncmp(name, "_Z", 2) || strlen(name) > NAME_MOST)
		return name;
	load();
	char *plain = cxa_demangle ? cxa_demangle(name, NULL, NULL, NULL) : NULL;
	if (!plain)
		return name;
	/* Templates within templates may become longer than anything one can read. */
	name = arena_print(arena, "%.400s%s", plain, strlen(plain) > 400 ? "..." : "");
	free(plain);
	return name;
}
