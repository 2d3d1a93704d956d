/*
 * loaded.c - a library that is loaded late: of it the loader reads the 832 bytes of its headers, and maps it.
 *
 * EXPECT syscall read: calls=1 returned=832 to_user=832
 * EXPECT object $KIND $LIBRARY: to_user=832
 * EXPECT totals: returned=832 to_user=832
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <dlfcn.h>

int main(int argc, char **argv)
{
	void *library = dlopen(argv[1], RTLD_NOW);
	gives(library != NULL, 1);
	gives(dlclose(library), 0);
	return 0;
}
