/*
 * plugging.c - loads two libraries in turn, often at the same address, and calls the same function of each.
 *
 * EXPECT call read: calls=40 returned=20*100+20*200 zero_filled=20*100+20*200
 * EXPECT function dlclose: calls=40
 */
#include "must.h"
#include <dlfcn.h>
#include <fcntl.h>

static void load_and_read(const char *path, int fd, long size)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		complain(__FILE__, __LINE__, dlerror(), 0);
	long (*plug_read)(int) = (long (*)(int))dlsym(library, "plug_read");
	gives(plug_read(fd), size);
	gives(dlclose(library), 0);
}

int main(int argc, char **argv)
{
	int fd = must(open("/dev/zero", O_RDONLY));
	for (int i = 0; i < 20; i++) {
		load_and_read(argv[1], fd, 100);
		load_and_read(argv[2], fd, 200);
	}
	return 0;
}
