/*
 * random_inside.c - random bytes that libc fetches inside itself, by a system call (before glibc 2.41).
 *
 * EXPECT function getrandom: calls=1 returned=200 crossings=1 to_user=200
 * EXPECT function getentropy: calls=1 returned=256 crossings=1 to_user=256
 * EXPECT syscall getrandom: calls=10+1+1+1 returned=10*4+300+256+200 to_user=10*4+300+256+200
 * EXPECT object random getrandom: to_user=796
 * EXPECT totals: returned=796 to_user=796
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <sys/random.h>

int main(void)
{
	char buffer[300];
	for (int i = 0; i < 10; i++)
		arc4random();
	arc4random_buf(buffer, 300);
	gives(getentropy(buffer, 256), 0);
	gives(getrandom(buffer, 200, 0), 200);
	return 0;
}
