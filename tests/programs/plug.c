/* plug.c - a library that is loaded and unloaded: built twice, for two sizes, it reads that many bytes. */
#include <unistd.h>

long plug_read(int fd);

long plug_read(int fd)
{
	char buffer[SIZE];
	long r = read(fd, buffer, SIZE);
	__asm__ volatile("" : : "r"(buffer) : "memory");
	return r;
}
