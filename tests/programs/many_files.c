/*
 * many_files.c - so many files that there is no row for each: what is folded is still counted.
 *
 * EXPECT call write: calls=20000 returned=200000 from_user=200000
 * EXPECT call open: calls=20000
 * EXPECT call close: calls=20000
 * EXPECT totals: returned=200000 from_user=200000
 */
#include "must.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
	char path[4096];
	for (int i = 0; i < 20000; i++) {
		snprintf(path, sizeof(path), "%s/%d", argv[1], i);
		int fd = must(open(path, O_CREAT | O_WRONLY, 0600));
		gives(write(fd, "0123456789", 10), 10);
		must(close(fd));
		must(unlink(path));
	}
	return 0;
}
