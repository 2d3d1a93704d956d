/*
 * stdio_characters.c - a hundred thousand characters, one by one, by every function there is for
 * that.
 *
 * The names are called through pointers, so that none is expanded in place. A stream holds 4096; what it
 * holds when it is rewound is written by rewind, which has no row, and what stdout holds, at the exit.
 *
 * BUILD: -fno-builtin
 *
 * EXPECT function fputc: calls=100000+1000 returned=101000 crossings=24 from_user=24*4096
 * EXPECT function putc: calls=2000+3000 returned=5000 crossings=1 from_user=4096
 * EXPECT function putchar: calls=400+500 returned=900
 * EXPECT sizes fputc: 1=101000
 * EXPECT function fgetc: calls=100001+1000+3000 returned=104000 crossings=25+1+1 to_user=100000+4096
 * EXPECT sizes fgetc: 0=1 1=104000
 * EXPECT function ungetc: calls=10
 * EXPECT function fclose: calls=1 crossings=1
 * EXPECT syscall write: calls=25+2+1 returned=100000+6000+900 from_user=100000+6000+900
 * EXPECT syscall read: calls=25+1+1 returned=100000+4096 to_user=100000+4096
 * EXPECT syscall close: calls=1
 * EXPECT object $KIND $FILE: from_user=106000 to_user=104096 crossings=27+27
 * EXPECT totals: returned=106900+104096 from_user=106900 to_user=104096
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"

static int (*volatile put)(int, FILE *);
static int (*volatile get)(FILE *);
static int (*volatile put_out)(int);

static void put_many(int (*function)(int, FILE *), int n, FILE *stream)
{
	put = function;
	for (int i = 0; i < n; i++)
		gives(put(i & 63, stream), i & 63);
}

static void put_many_out(int (*function)(int), int n)
{
	put_out = function;
	for (int i = 0; i < n; i++)
		gives(put_out(' '), ' ');
}

int main(int argc, char **argv)
{
	int n = 0;
	FILE *stream = fopen(argv[1], "w+");
	put_many(fputc, 100000, stream);
	rewind(stream);
	get = fgetc;
	while (get(stream) != EOF)
		n++;
	gives(n, 100000);

	rewind(stream);
	put_many(fputc_unlocked, 1000, stream);
	put_many(putc, 2000, stream);
	put_many(putc_unlocked, 3000, stream);
	rewind(stream);
	get = getc;
	for (int i = 0; i < 1000; i++)
		gives(get(stream), i & 63);
	get = getc_unlocked;
	for (int i = 0; i < 1500; i++)
		gives(get(stream), i & 63);
	get = fgetc_unlocked;
	for (int i = 0; i < 500; i++)
		gives(get(stream), (i + 1500) & 63);
	for (int i = 0; i < 10; i++) {
		gives(ungetc('x', stream), 'x');
		gives(get(stream), 'x');
	}
	for (int i = 0; i < 990; i++)
		must(get(stream));
	gives(fclose(stream), 0);
	put_many_out(putchar, 400);
	put_many_out(putchar_unlocked, 500);
	return 0;
}
