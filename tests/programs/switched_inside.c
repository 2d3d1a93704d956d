/*
 * switched_inside.c - two coroutines take turns in the middle of a library function, whose cookie switches to
 * the other one, and which each ends where the other has begun. The totals are exact; only whose row a call of
 * the kernel's stands in may be the other's.
 *
 * EXPECT call pwrite: calls=2*200 returned=200*(30+40) discarded=200*(30+40)
 * EXPECT syscall pwrite64: calls=2*200 returned=200*(30+40) discarded=200*(30+40)
 * EXPECT function fwrite: calls=2*200 returned=200*(30+40) crossings=any discarded=any
 * EXPECT totals: returned=200*(30+40) discarded=200*(30+40)
 */
#include "coroutines.h"
#include <fcntl.h>

static int null;

static ssize_t write_and_switch(void *cookie, const char *buffer, size_t n)
{
	long i = (long)cookie;
	must(swapcontext(&context[i], &context[!i]));
	return pwrite(null, buffer, n, 0);
}

static void coroutine(int i)
{
	char buffer[40];
	FILE *stream =
	    fopencookie((void *)(long)i, "w", (cookie_io_functions_t){.write = write_and_switch});
	setvbuf(stream, NULL, _IONBF, 0);
	for (int round = 0; round < 200; round++)
		gives(fwrite(buffer, 1, (size_t)(30 + 10 * i), stream), 30 + 10 * i);
	must(swapcontext(&context[i], i ? &home : &context[1]));
}

int main(void)
{
	null = must(open("/dev/null", O_WRONLY));
	run_coroutines(coroutine);
	return 0;
}
