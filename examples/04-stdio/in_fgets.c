/* in_fgets.c - reads a file line by line: in_fgets FROM. */
#include "lines.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: in_fgets FROM");
	FILE *from = must_fopen(argv[1], "r");
	char line[LINE_BYTES + 1];

	while (fgets(line, sizeof(line), from))
		;
	if (ferror(from))
		err(1, "fgets");
	return 0;
}
