/*
 * constructing.c - a library whose constructor runs before that of anything preloaded; the program itself does nothing.
 *
 * EXPECT call open: calls=1
 * EXPECT call read: calls=3 returned=3*1000 zero_filled=3*1000
 * EXPECT call close: calls=1
 * EXPECT function malloc: calls=1 returned=100
 * EXPECT function free: calls=1
 * EXPECT memory: allocations=1 asked_bytes=100 live_bytes=0
 */
#include "must.h"
#include <fcntl.h>

static __attribute__((constructor)) void construct(void)
{
	char buffer[1000];
	int zero = must(open("/dev/zero", O_RDONLY));
	for (int i = 0; i < 3; i++)
		gives(read(zero, buffer, sizeof(buffer)), sizeof(buffer));
	must(close(zero));
	void *volatile p = malloc(100);
	free(p);
}
