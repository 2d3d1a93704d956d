/*
 * shared_blocks.c - FICLONE, FICLONERANGE and copy_file_range where files can share blocks: nothing
 * is copied, but where a range isn't one of whole blocks.
 *
 * EXPECT call ioctl_ficlone: calls=5 returned=0 by_reference=300000+300000+37856+65536 errors=1
 * EXPECT sizes ioctl_ficlone: 32768=1 65536=1 262144=2
 * EXPECT call copy_file_range: calls=5 returned=300000+65536+5000+65536+65236 by_reference=300000+65536 in_kernel=5000+65536+65236
 * EXPECT flow ioctl_ficlone regular regular: calls=1 by_reference=300000
 * EXPECT flow copy_file_range regular regular: calls=5 returned=501308 by_reference=365536 in_kernel=135772
 * EXPECT totals: returned=801308 by_reference=703392+365536 in_kernel=135772 from_user=300000 errors=1
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

static int made(const char *path, const char *suffix)
{
	char name[4096];
	snprintf(name, sizeof(name), "%s.%s", path, suffix);
	return must(open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
}

int main(int argc, char **argv)
{
	static char buffer[300000];
	int in = made(argv[1], "in"), ranges = made(argv[1], "ranges"), pending;
	gives(write(in, buffer, sizeof(buffer)), sizeof(buffer));

	must(ioctl(made(argv[1], "whole"), FICLONE, in));
	struct file_clone_range range = {.src_fd = in};
	must(ioctl(ranges, FICLONERANGE, &range));
	range.src_offset = range.dest_offset = 262144;
	must(ioctl(ranges, FICLONERANGE, &range));
	range.src_offset = 0;
	range.src_length = 65536;
	must(ioctl(ranges, FICLONERANGE, &range));
	fails(ioctl(ranges, FICLONE, -1), EBADF);
	must(ioctl(in, FIONREAD, &pending));

	loff_t from = 0, to = 65536;
	int copy = made(argv[1], "copy");
	gives(copy_file_range(in, &from, copy, NULL, sizeof(buffer), 0), sizeof(buffer));
	from = 0;
	gives(copy_file_range(in, &from, copy, &to, 65536, 0), 65536);
	from = 1;
	gives(copy_file_range(in, &from, made(argv[1], "odd"), NULL, 5000, 0), 5000);
	/* Over blocks that are shared, and still say so. */
	to = 4096 + 300;
	gives(copy_file_range(in, &from, ranges, &to, 65536, 0), 65536);
	to = 300;
	gives(copy_file_range(in, &from, ranges, &to, 65236, 0), 65236);
	return 0;
}
