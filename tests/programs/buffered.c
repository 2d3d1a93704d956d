/*
 * buffered.c - a hundred thousand characters, which stdio passes on by 4096.
 *
 * BUILD: -fno-builtin
 *
 * EXPECT function fputc: calls=100000 returned=100000 crossings=24 from_user=24*4096
 * EXPECT function fclose: calls=1 crossings=1+1 from_user=100000-24*4096
 * EXPECT syscall write: calls=25 returned=100000 from_user=100000
 * EXPECT object $KIND $FILE: from_user=100000 crossings=25+1
 * EXPECT totals: returned=100000 from_user=100000
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"

int main(int argc, char **argv)
{
	int (*volatile put)(int, FILE *) = fputc;
	FILE *stream = fopen(argv[1], "w");
	for (int i = 0; i < 100000; i++)
		gives(put('a', stream), 'a');
	gives(fclose(stream), 0);
	return 0;
}
