/*
 * directories.c - a directory of a hundred names of eight letters, read by readdir, twice, and by scandir:
 * each name takes 32 bytes, "." and ".." 24, and what says that there are no more is a call too.
 *
 * EXPECT function opendir: calls=1
 * EXPECT function closedir: calls=1 crossings=1
 * EXPECT syscall getdents64: calls=3*(1+1) returned=3*(100*32+2*24) to_user=3*(100*32+2*24)
 * EXPECT object directory $DIR/many: to_user=3*3248 crossings=3*2+1
 * EXPECT totals: returned=3*3248 to_user=3*3248
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

static void count(DIR *dir)
{
	int names = 0;
	while (readdir(dir))
		names++;
	gives(names, 102);
}

int main(void)
{
	char path[40];
	struct dirent **list;
	must(mkdir("many", 0700));
	for (int i = 0; i < 100; i++) {
		sprintf(path, "many/name%04d", i);
		must(close(must(open(path, O_WRONLY | O_CREAT, 0600))));
	}
	DIR *dir = opendir("many");
	count(dir);
	rewinddir(dir);
	count(dir);
	gives(closedir(dir), 0);
	gives(scandir("many", &list, NULL, alphasort), 102);
	return 0;
}
