/*
 * stdio_blocks.c - what fread, fwrite and the functions for lines deliver and take, whatever the
 * buffer did.
 *
 * BUILD: -O0 -fno-builtin
 *
 * EXPECT function fopen: calls=2
 * EXPECT function fwrite: calls=3 returned=10000+3*7+9
 * EXPECT function fread: calls=3 returned=10000+20
 * EXPECT sizes fread: 0=1 16=1 8192=1
 * EXPECT function fputs: calls=3 returned=6+6
 * EXPECT function fgets: calls=3 returned=5+1+6
 * EXPECT function puts: calls=1 returned=5
 * EXPECT function getline: calls=1 returned=6
 * EXPECT function getdelim: calls=1 returned=3
 * EXPECT function putw: calls=1 returned=4
 * EXPECT function getw: calls=1 returned=4
 * EXPECT function fflush: calls=2
 * EXPECT function fclose: calls=2
 * EXPECT object $KIND $FILE: calls=any
 * EXPECT totals:
 */
#include "must.h"

int main(int argc, char **argv)
{
	static char buffer[10000];
	char *line = NULL;
	size_t room = 0;
	FILE *stream = fopen(argv[1], "w+");

	gives(fwrite(buffer, 1, 10000, stream), 10000);
	gives(fwrite(buffer, 3, 7, stream), 7);
	rewind(stream);
	gives(fread(buffer, 1, 10000, stream), 10000);
	/* Two whole tens of the 21 bytes left; the one after them is lost to the caller. */
	gives(fread(buffer, 10, 3, stream), 2);
	gives(fread(buffer, 1, 100, stream), 0);

	rewind(stream);
	must(fputs("hello\n", stream));
	must(fputs("world\n", stream));
	gives(fflush(stream), 0);
	rewind(stream);
	gives(fgets(buffer, 6, stream) == buffer, 1);
	gives(fgets(buffer, 6, stream) == buffer, 1);
	gives(fgets(buffer, 100, stream) == buffer, 1);

	rewind(stream);
	gives(getline(&line, &room, stream), 6);
	gives(getdelim(&line, &room, 'r', stream), 3);
	gives(fclose(stream), 0);

	stream = fopen(argv[1], "w+");
	gives(putw(5, stream), 0);
	rewind(stream);
	gives(getw(stream), 5);
	rewind(stream);
	must(fputs_unlocked("", stream));
	gives(fwrite_unlocked("0123\n5678", 1, 9, stream), 9);
	gives(fflush(NULL), 0);
	gives(fclose(stream), 0);
	must(puts("done"));
	return 0;
}
