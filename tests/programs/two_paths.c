/*
 * two_paths.c - one function that reads, reached over two callers whose frames look alike.
 *
 * EXPECT call read: calls=30*300 returned=300*(10*100+20*200) zero_filled=300*(10*100+20*200)
 * EXPECT coverage: stacks_wrong=0
 */
#include "must.h"
#include <fcntl.h>

static char buffer[200];

__attribute__((noinline)) static void leaf(int fd, long n)
{
	gives(read(fd, buffer, n), n);
	__asm__ volatile("");
}

__attribute__((noinline)) static void first_path(int fd)
{
	leaf(fd, 100);
	__asm__ volatile("");
}

__attribute__((noinline)) static void second_path(int fd)
{
	leaf(fd, 200);
	__asm__ volatile("");
}

int main(void)
{
	int fd = must(open("/dev/zero", O_RDONLY));
	for (int round = 0; round < 300; round++) {
		for (int i = 0; i < 10; i++)
			first_path(fd);
		for (int i = 0; i < 20; i++)
			second_path(fd);
	}
	return 0;
}
