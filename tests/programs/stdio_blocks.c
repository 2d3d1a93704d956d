/*
 * stdio_blocks.c - what fread, fwrite and the functions for lines deliver and take, whatever the
 * buffer did, and what it did.
 *
 * Whole blocks of 4096 pass the buffer by: of 10000 bytes two, in one system call. What is left of them, and
 * what a rewind finds to be written, has no row of the library.
 *
 * BUILD: -O0 -fno-builtin
 *
 * EXPECT function fopen: calls=2
 * EXPECT function fwrite: calls=3 returned=10000+3*7+9 crossings=1 from_user=2*4096
 * EXPECT function fread: calls=3 returned=10000+20 crossings=2+1 to_user=10021
 * EXPECT sizes fread: 0=1 16=1 8192=1
 * EXPECT function fputs: calls=3 returned=6+6
 * EXPECT function fgets: calls=3 returned=5+1+6 crossings=1 to_user=4096
 * EXPECT function puts: calls=1 returned=5
 * EXPECT function getline: calls=1 returned=6
 * EXPECT function getdelim: calls=1 returned=3
 * EXPECT function putw: calls=1 returned=4
 * EXPECT function getw: calls=1 returned=4 crossings=1 to_user=4
 * EXPECT function fflush: calls=2 crossings=2 from_user=12+9
 * EXPECT function fclose: calls=2 crossings=2
 * EXPECT syscall write: calls=1+1+1+1+1+1 returned=10021+12+4+9+5 from_user=10021+12+4+9+5
 * EXPECT syscall read: calls=3+1+1 returned=10021+4096+4 to_user=10021+4096+4
 * EXPECT object $KIND $FILE: from_user=10021+12+4+9 to_user=10021+4096+4
 * EXPECT totals: returned=10051+14121 from_user=10051 to_user=14121
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
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
