/*
 * many_objects.c - more files than a table should hold: the totals stay exact, whatever is folded.
 *
 * EXPECT call write: calls=5000 returned=5000*3 from_user=5000*3
 * EXPECT object $KIND: from_user>=1
 * EXPECT totals: returned=15000 from_user=15000
 */
#include "must.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
	char path[4096];
	for (int i = 0; i < 5000; i++) {
		snprintf(path, sizeof(path), "%s-%d", argv[1], i);
		int fd = must(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
		gives(write(fd, "abc", 3), 3);
		must(close(fd));
		must(unlink(path));
	}
	return 0;
}
