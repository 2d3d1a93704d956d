/* in_fgetc.c - reads a file one character at a time: in_fgetc FROM. */
#include "lines.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: in_fgetc FROM");
	FILE *from = must_fopen(argv[1], "r");

	while (fgetc(from) != EOF)
		;
	if (ferror(from))
		err(1, "fgetc");
	return 0;
}
