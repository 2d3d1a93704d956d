/*
 * fortified.c - reads through the spellings that _FORTIFY_SOURCE puts in place of the plain ones.
 *
 * The stream of 1000 bytes is read whole, and again by fseek, which reads what is before where it goes;
 * what is printed to streams is written at the exit.
 *
 * BUILD: -O2 -D_FORTIFY_SOURCE=2
 *
 * EXPECT call write: calls=1 returned=1000 from_user=1000
 * EXPECT call read: calls=1 returned=500 to_user=500
 * EXPECT call pread: calls=2 returned=100+200 to_user=100+200
 * EXPECT call send: calls=2 returned=40+41 from_user=40+41
 * EXPECT call recv: calls=1 returned=40 to_user=40
 * EXPECT call recvfrom: calls=1 returned=41 to_user=41
 * EXPECT call readlink: calls=1 returned=15 to_user=15
 * EXPECT call readlinkat: calls=1 returned=15 to_user=15
 * EXPECT function fread: calls=1 returned=300 crossings=1 to_user=1000
 * EXPECT function fgets: calls=1 returned=9
 * EXPECT function fprintf: calls=1 returned=6
 * EXPECT function vfprintf: calls=1 returned=7
 * EXPECT function dprintf: calls=1 returned=8 crossings=1 from_user=8
 * EXPECT function printf: calls=1 returned=5
 * EXPECT syscall read: calls=1+1+1 returned=500+2*1000 to_user=500+2*1000
 * EXPECT syscall write: calls=1+1+1+1 returned=1000+8+6+7+5 from_user=1000+8+6+7+5
 * EXPECT syscall recvfrom: calls=2 returned=40+41 to_user=40+41
 * EXPECT syscall sendto: calls=2 returned=40+41 from_user=40+41
 * EXPECT totals: returned=1026+81+2500+300+81+30 from_user=1026+81 to_user=2500+300+81+30
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <stdarg.h>
#include <sys/socket.h>

static volatile size_t n;
static char buffer[600];

static size_t size(size_t value)
{
	n = value;
	return n;
}

static int variadic(FILE *stream, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int r = vfprintf(stream, format, args);
	va_end(args);
	return r;
}

int main(int argc, char **argv)
{
	static char text[1000];
	memset(text, 'x', sizeof(text));
	int fd = must(open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600));
	gives(write(fd, text, sizeof(text)), sizeof(text));
	must(lseek(fd, 0, SEEK_SET));
	gives(read(fd, buffer, size(500)), 500);
	gives(pread(fd, buffer, size(100), 0), 100);
	gives(pread64(fd, buffer, size(200), 0), 200);

	int pair[2];
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	gives(send(pair[0], text, 40, 0), 40);
	gives(recv(pair[1], buffer, size(40), 0), 40);
	gives(send(pair[0], text, 41, 0), 41);
	gives(recvfrom(pair[1], buffer, size(41), 0, NULL, NULL), 41);

	gives(symlink("fifteen-letters", argv[2]), 0);
	gives(readlink(argv[2], buffer, size(100)), 15);
	gives(readlinkat(AT_FDCWD, argv[2], buffer, size(100)), 15);

	FILE *stream = fopen(argv[1], "r+");
	gives(fread(buffer, 3, size(100), stream), 100);
	gives(fgets(buffer, size(10), stream) == buffer, 1);
	must(fseek(stream, 0, SEEK_END));
	gives(fprintf(stream, "%s", "sixsix"), 6);
	gives(variadic(stream, "%s", "7 seven"), 7);
	gives(dprintf(fd, "%s", "8 eight "), 8);
	gives(printf("%s", "five\n"), 5);
	return 0;
}
