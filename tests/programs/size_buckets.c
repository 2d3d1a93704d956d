/*
 * size_buckets.c - reads that fall on the borders of the size buckets.
 *
 * EXPECT call pread: calls=10 returned=0+1+2+3+4+7+8+65535+65536+65537 zero_filled=0+1+2+3+4+7+8+65535+65536+65537
 * EXPECT sizes pread: 0=1 1=1 2=2 4=2 8=1 32768=1 65536=2
 * EXPECT totals: returned=196633 zero_filled=196633
 */
#include "must.h"
#include <fcntl.h>

int main(void)
{
	static const size_t sizes[] = {0, 1, 2, 3, 4, 7, 8, 65535, 65536, 65537};
	static char buffer[65537];
	int fd = must(open("/dev/zero", O_RDONLY));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		gives(pread(fd, buffer, sizes[i], 0), sizes[i]);
	return 0;
}
