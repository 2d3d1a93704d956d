/*
 * stdio_formats.c - the family of printf: what it returns is what it took; to a descriptor it is
 * written at once, from a stream at the exit.
 *
 * BUILD: -O0 -fno-builtin
 *
 * EXPECT function printf: calls=2 returned=5+4
 * EXPECT function fprintf: calls=1 returned=6
 * EXPECT function dprintf: calls=1 returned=7 crossings=1 discarded=7
 * EXPECT function vprintf: calls=1 returned=8
 * EXPECT function vfprintf: calls=1 returned=9
 * EXPECT function vdprintf: calls=1 returned=10 crossings=1 discarded=10
 * EXPECT sizes printf: 4=2
 * EXPECT syscall write: calls=4 returned=7+10+15+17 discarded=7+10+15 from_user=9+8
 * EXPECT object null: discarded=7+10+6+9
 * EXPECT totals: returned=49 discarded=32 from_user=17
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <stdarg.h>

static int fd;
static FILE *stream;

static void variadic(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	gives(vprintf(format, args), 8);
	va_end(args);
	va_start(args, format);
	gives(vfprintf(stream, "vfpri%s", args), 9);
	va_end(args);
	va_start(args, format);
	gives(vdprintf(fd, "vdprin%s", args), 10);
	va_end(args);
}

int main(void)
{
	stream = fopen("/dev/null", "w");
	fd = must(open("/dev/null", O_WRONLY));
	gives(printf("%s%d", "abc", 12), 5);
	gives(printf("%.1f%c", 1.5, 'x'), 4);
	gives(fprintf(stream, "%6d", 1), 6);
	gives(dprintf(fd, "%7s", ""), 7);
	variadic("1234%s", "abcd");
	return 0;
}
