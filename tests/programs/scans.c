/*
 * scans.c - functions that read and write without a row of their own, the family of scanf and wide
 * characters, beside those that have one: the file's bytes are read once, by 4096.
 *
 * Its 10000 bytes are 1250 lines of eight: five characters, a number of two digits, the end of the line.
 *
 * BUILD: -O0
 *
 * EXPECT function getline: calls=100 returned=100*8 crossings=1 to_user=4096
 * EXPECT function getdelim: calls=1 returned=6
 * EXPECT function fprintf: calls=1250 returned=10000 crossings=2 from_user=2*4096
 * EXPECT function fclose: calls=1+3+1 crossings=2+3+2 from_user=10000-2*4096+6
 * EXPECT syscall read: calls=3*(3+1) returned=3*10000 to_user=3*10000
 * EXPECT syscall write: calls=3+1+1 returned=10000+6+6 from_user=10000+6+6
 * EXPECT object $KIND $FILE: to_user=3*10000 from_user=10000
 * EXPECT totals: returned=30000+10012 to_user=30000 from_user=10012
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <wchar.h>

int main(int argc, char **argv)
{
	char word[6], *line = NULL;
	wchar_t wide[20];
	size_t room = 0;
	int n = 0, lines = 0;
	FILE *stream = fopen(argv[1], "w");
	for (int i = 0; i < 1250; i++)
		gives(fprintf(stream, "lines%02d\n", i % 100), 8);
	gives(fclose(stream), 0);

	stream = fopen(argv[1], "r");
	for (int i = 0; i < 100; i++)
		gives(getline(&line, &room, stream), 8);
	gives(getdelim(&line, &room, '0', stream), 6);
	while (fscanf(stream, "%5s%d\n", word, &n) > 0)
		lines++;
	gives(lines > 1000, 1);
	gives(fclose(stream), 0);

	stream = fopen(argv[1], "r");
	for (lines = 0; fgetws(wide, 20, stream); lines++)
		gives(wcslen(wide), 8);
	gives(lines, 1250);
	gives(fclose(stream), 0);

	stream = fopen(argv[1], "r");
	for (n = 0; fgetwc(stream) != WEOF;)
		n++;
	gives(n, 10000);
	gives(fclose(stream), 0);

	/* The second stream's goes out at the exit. */
	stream = fopen("other", "w");
	must(fputws(L"wide\n", stream));
	must(fputwc(L'\n', stream));
	gives(fclose(stream), 0);
	stream = fopen("other", "w");
	gives(fwprintf(stream, L"%ls %d", L"what", 1), 6);
	gives(sscanf("12 34", "%d", &n), 1);
	return 0;
}
