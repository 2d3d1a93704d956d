/*
 * copy_ranges.c - copy_file_range on a file system that can't share extents: a copy inside the
 * kernel.
 *
 * EXPECT call copy_file_range: calls=3 returned=50000 in_kernel=50000 errors=1
 * EXPECT object $KIND $FILE.copy: in_kernel=50000 errors=any
 * EXPECT flow copy_file_range $KIND $KIND: calls=2 returned=50000 in_kernel=50000
 * EXPECT totals: returned=100000 from_user=50000 in_kernel=50000 errors=1
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
	static char buffer[50000];
	char copy[4096];
	int in = must(open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600));
	gives(write(in, buffer, sizeof(buffer)), sizeof(buffer));
	snprintf(copy, sizeof(copy), "%s.copy", argv[1]);
	int out = must(open(copy, O_RDWR | O_CREAT | O_EXCL, 0600));
	loff_t at = 0;
	gives(copy_file_range(in, &at, out, NULL, 50000, 0), 50000);
	gives(copy_file_range(in, &at, out, NULL, 50000, 0), 0);
	fails(copy_file_range(in, NULL, must(open("/dev/null", O_WRONLY)), NULL, 10, 0), EINVAL);
	return 0;
}
