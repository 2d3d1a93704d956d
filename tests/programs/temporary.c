/*
 * temporary.c - a file without a name, written and read through stdio.
 *
 * EXPECT function tmpfile: calls=1
 * EXPECT function fwrite: calls=10 returned=10*1000 crossings=2 from_user=2*4096
 * EXPECT function fread: calls=11 returned=10*1000 crossings=3+1 to_user=10000
 * EXPECT function fclose: calls=1 crossings=1
 * EXPECT syscall write: calls=2+1 returned=10000 from_user=10000
 * EXPECT syscall read: calls=3+1 returned=10000 to_user=10000
 * EXPECT totals: returned=20000 from_user=10000 to_user=10000
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"

int main(void)
{
	static char buffer[1000];
	FILE *stream = tmpfile();
	for (int i = 0; i < 10; i++)
		gives(fwrite(buffer, 1, 1000, stream), 1000);
	rewind(stream);
	for (int i = 0; i < 10; i++)
		gives(fread(buffer, 1, 1000, stream), 1000);
	gives(fread(buffer, 1, 1000, stream), 0);
	gives(fclose(stream), 0);
	return 0;
}
