/*
 * namespaces.c - a library is loaded three times: as any other, with deep binding, where its calls go by libc
 * alone, and into a namespace with a libc of its own. Each time it reads, writes by stdio, allocates, and throws
 * nothing away.
 *
 * UNCLOSED: what a second libc does is not seen
 * EXPECT call read: calls=1 returned=100 zero_filled=100
 * EXPECT object zero /dev/zero: zero_filled=2*100 crossings=any
 * EXPECT syscall write: calls=2 returned=2*5 discarded=2*5
 */
#include "must.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>

static void use(void *library)
{
	if (!library) {
		dprintf(2, "%s\n", dlerror());
		exit(9);
	}
	int (*move)(int, const char *) = (int (*)(int, const char *))dlsym(library, "move");
	gives(move((int)must(syscall(SYS_openat, AT_FDCWD, "/dev/zero", O_RDONLY)), "/dev/null"),
	      100);
	gives(dlclose(library), 0);
}

int main(int argc, char **argv)
{
	use(dlopen(argv[1], RTLD_NOW));
	use(dlopen(argv[2], RTLD_NOW | RTLD_DEEPBIND));
	use(dlmopen(LM_ID_NEWLM, argv[1], RTLD_NOW));
	return 0;
}
