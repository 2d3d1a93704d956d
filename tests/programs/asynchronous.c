/*
 * asynchronous.c - aio_write and aio_read, done by a thread of libc's: what it copies is the process's.
 *
 * EXPECT syscall pwrite64: calls=5 returned=5*3000 from_user=5*3000
 * EXPECT syscall pread64: calls=5 returned=5*3000 to_user=5*3000
 * EXPECT object $KIND $DIR/data: from_user=15000 to_user=15000
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <aio.h>
#include <fcntl.h>

static void done(struct aiocb *work, int (*start)(struct aiocb *))
{
	const struct aiocb *all[] = {work};
	gives(start(work), 0);
	while (aio_error(work) == EINPROGRESS)
		aio_suspend(all, 1, NULL);
	gives(aio_return(work), 3000);
}

int main(void)
{
	static char buffer[3000];
	int fd = must(open("data", O_RDWR | O_CREAT | O_EXCL, 0600));
	for (int i = 0; i < 5; i++) {
		struct aiocb work = {
		    .aio_fildes = fd, .aio_buf = buffer, .aio_nbytes = sizeof(buffer)};
		work.aio_offset = i * 3000;
		done(&work, aio_write);
		done(&work, aio_read);
	}
	return 0;
}
