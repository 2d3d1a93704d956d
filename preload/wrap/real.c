/*
 * real.c - the functions behind the wrappers: the next definition in the order of the loader.
 */
#include "wrap/real.h"

#include <dlfcn.h>
#include <errno.h>

static long missing(void)
{
	errno = ENOSYS;
	return -1;
}

void *real_find(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);
	return function ? function : (void *)missing;
}
