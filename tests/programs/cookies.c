/*
 * cookies.c - a stream whose bytes functions of the program's fetch and take: what crosses in those is told
 * in the rows of what they call, and not again in the row of the function around.
 *
 * EXPECT function fgetc: calls=10000 returned=10000
 * EXPECT call read: calls=3 returned=3*4096 zero_filled=3*4096
 * EXPECT function fread: calls=3 returned=3*100 crossings=1 zero_filled=4096
 * EXPECT function fputs: calls=1 returned=6
 * EXPECT function fflush: calls=1
 * EXPECT call write: calls=1 returned=6 discarded=6
 * EXPECT syscall read: calls=3+1 returned=4*4096 zero_filled=4*4096
 * EXPECT syscall write: calls=1 returned=6 discarded=6
 * EXPECT object zero: zero_filled=4*4096
 * EXPECT totals: returned=4*4096+6 zero_filled=4*4096 discarded=6
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>

static int zero, null;
static FILE *inner;

/* By a descriptor, and through another stream on the way. */
static ssize_t fetch(void *cookie, char *buffer, size_t n)
{
	char some[100];
	gives(fread(some, 1, 100, inner), 100);
	return read(zero, buffer, n);
}

static ssize_t take(void *cookie, const char *buffer, size_t n)
{
	return write(null, buffer, n);
}

int main(void)
{
	static char space[4096];
	FILE *stream = fopencookie(NULL, "r", (cookie_io_functions_t){.read = fetch});
	zero = must(open("/dev/zero", O_RDONLY));
	null = must(open("/dev/null", O_WRONLY));
	inner = fopen("/dev/zero", "r");
	setvbuf(stream, space, _IOFBF, sizeof(space));
	for (int i = 0; i < 10000; i++)
		gives(fgetc(stream), 0);

	stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = take});
	must(fputs("cookie", stream));
	gives(fflush(stream), 0);
	return 0;
}
