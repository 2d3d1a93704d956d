/*
 * devices.c - the devices that copy nothing, or only zeros, and those that make up what they give.
 *
 * EXPECT call write: calls=3 errors=1 returned=1048576+100 discarded=1048576+100
 * EXPECT call writev: calls=1 returned=30 discarded=30
 * EXPECT call read: calls=4 returned=65536+50+1000 zero_filled=65536+50 to_user=1000
 * EXPECT object null /dev/null: discarded=1048576+30
 * EXPECT object zero /dev/zero: zero_filled=65536 discarded=100
 * EXPECT object full /dev/full: zero_filled=50 errors=1
 * EXPECT object random: to_user=1000
 * EXPECT totals: returned=1048706+66586 to_user=1000 zero_filled=65586 discarded=1048706 errors=1
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

int main(void)
{
	static char buffer[65536];
	int null = must(open("/dev/null", O_RDWR)), zero = must(open("/dev/zero", O_RDWR)),
	    full = must(open("/dev/full", O_RDWR)), random = must(open("/dev/urandom", O_RDONLY));

	/* Nothing reads the buffer, so nobody minds that it can't be read. */
	void *locked = mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(locked);
	gives(write(null, locked, 1 << 20), 1 << 20);
	struct iovec iov[] = {{locked, 10}, {locked, 20}};
	gives(writev(null, iov, 2), 30);
	gives(read(null, buffer, 100), 0);

	gives(read(zero, buffer, 65536), 65536);
	gives(write(zero, buffer, 100), 100);
	gives(read(full, buffer, 50), 50);
	fails(write(full, buffer, 60), ENOSPC);

	gives(read(random, buffer, 1000), 1000);
	return 0;
}
