/*
 * stdio_inlined.c - putc_unlocked and getc_unlocked that the compiler expands: only the calls that
 * meet the end of the 4 KiB buffer are function calls, and each of those carries one character.
 *
 * BUILD: -O2
 *
 * EXPECT function __overflow: calls=25 returned=25 crossings=24 from_user=24*4096
 * EXPECT function fclose: calls=1 crossings=1+1 from_user=100000-24*4096
 * EXPECT function __uflow: calls=26 returned=25 crossings=25+1 to_user=100000
 * EXPECT syscall write: calls=25 returned=100000 from_user=100000
 * EXPECT syscall read: calls=25+1 returned=100000 to_user=100000
 * EXPECT totals: returned=200000 from_user=100000 to_user=100000
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"

int main(int argc, char **argv)
{
	int n = 0;
	FILE *stream = fopen(argv[1], "w");
	setvbuf(stream, NULL, _IOFBF, 4096);
	for (int i = 0; i < 100000; i++)
		gives(putc_unlocked('a', stream), 'a');
	gives(fclose(stream), 0);
	stream = fopen(argv[1], "r");
	setvbuf(stream, NULL, _IOFBF, 4096);
	while (getc_unlocked(stream) != EOF)
		n++;
	gives(n, 100000);
	return 0;
}
