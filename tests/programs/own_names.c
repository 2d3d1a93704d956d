/*
 * own_names.c - the names of things, which libc asks the kernel for: getcwd, readlink inside realpath.
 *
 * realpath asks of each part of a path whether it is a link; here only the last but one question finds one.
 *
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <limits.h>
#include <sys/stat.h>

static int parts(const char *path)
{
	int n = 0;
	for (; *path; path++)
		n += *path == '/' && path[1];
	return n;
}

int main(void)
{
	char here[PATH_MAX], name[PATH_MAX + 10], real[PATH_MAX];
	must(mkdir("real-name", 0700));
	must(symlink("real-name", "link"));
	gives(getcwd(here, sizeof(here)) == here, 1);
	sprintf(name, "%s/link", here);
	gives(realpath(name, real) == real, 1);
	gives(strcmp(real + strlen(here), "/real-name"), 0);
	char *again = getcwd(NULL, 0);
	gives(strcmp(again, here), 0);
	gives(getcwd(real, 1) == NULL && errno == ERANGE, 1);

	int n = parts(here), room = (int)strlen(here) + 1;
	dprintf(1, "EXPECT syscall readlink: calls=%d+1+1 errors=%d+1 returned=9 to_user=9\n", n,
		n);
	dprintf(1, "EXPECT syscall getcwd: calls=3 errors=1 returned=2*%d to_user=2*%d\n", room,
		room);
	dprintf(1, "EXPECT object none: to_user=2*%d+9\n", room);
	return 0;
}
