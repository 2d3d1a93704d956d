/*
 * pipes.c - a pipe, an empty and a full one that would block, and a duplicate of its end under
 * another number.
 *
 * EXPECT call write: calls=4 errors=1 returned=1000+65536+10 from_user=1000+65536+10
 * EXPECT call read: calls=5 errors=1 returned=600+400+65536 to_user=600+400+65536
 * EXPECT call readv: calls=1 returned=10 to_user=10
 * EXPECT object pipe: from_user=66546 to_user=66546 errors=2
 * EXPECT totals: returned=2*66546 from_user=66546 to_user=66546 errors=2
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <sys/uio.h>

int main(void)
{
	static char buffer[65536];
	int ends[2], quiet[2];

	must(pipe(ends));
	gives(write(ends[1], buffer, 1000), 1000);
	gives(read(ends[0], buffer, 600), 600);
	gives(read(ends[0], buffer, 600), 400);

	must(pipe2(quiet, O_NONBLOCK));
	fails(read(quiet[0], buffer, 10), EAGAIN);
	gives(write(quiet[1], buffer, 65536), 65536);
	fails(write(quiet[1], buffer, 10), EAGAIN);
	gives(read(quiet[0], buffer, 65536), 65536);

	int other = must(dup2(ends[1], 100));
	must(close(ends[1]));
	gives(write(other, buffer, 10), 10);
	struct iovec iov[] = {{buffer, 4}, {buffer, 20}};
	gives(readv(ends[0], iov, 2), 10);
	must(close(other));
	gives(read(ends[0], buffer, 1), 0);
	return 0;
}
